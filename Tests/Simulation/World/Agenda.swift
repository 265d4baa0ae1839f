import MillraceDomain

/// What will happen and when: a heap, first in first out among equals.
struct Agenda {
    private struct Entry {
        let time: Timestamp
        let number: UInt64
        let action: () -> Void

        func isBefore(_ other: Entry) -> Bool {
            time.microseconds == other.time.microseconds
                ? number < other.number : time.microseconds < other.time.microseconds
        }
    }

    private var heap: [Entry] = []
    private var last: UInt64 = 0

    mutating func add(at time: Timestamp, _ action: @escaping () -> Void) {
        last += 1
        heap.append(Entry(time: time, number: last, action: action))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].isBefore(heap[parent]) else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func next() -> (time: Timestamp, action: () -> Void)? {
        guard let first = heap.first else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].isBefore(heap[least]) { least = child }
            guard least != parent else { break }
            heap.swapAt(parent, least)
            parent = least
        }
        return (first.time, first.action)
    }
}
