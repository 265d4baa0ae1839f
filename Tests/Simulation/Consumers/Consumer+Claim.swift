import MillraceDomain

/// Getting jobs.
extension Consumer {
    func claiming() async throws(Life.Over) {
        var pause = Pause()
        while true {
            try await onWork.wait()
            while !hints.isEmpty {
                let slots = reserve(upTo: .max)
                guard slots > 0 else { break }
                let ids = Array(hints.prefix(8))
                hints.removeFirst(ids.count)
                let needed = min(slots, ids.count)
                reserved -= slots - needed
                if try await take(ids, slots: needed) { pause = Pause() } else { try await pause.wait(life) }
            }
        }
    }

    private func take(_ ids: [JobID], slots: Int) async throws(Life.Over) -> Bool {
        let askedAt = clock
        do throws(DomainError) {
            let jobs = try await claim(ids, limit: slots)
            try requireLife()
            hold(jobs, since: askedAt, reserved: slots)
            if jobs.count == slots { putBack(ids.filter { id in !jobs.contains { $0.job.id == id } }) }
            return true
        } catch {
            if life.isOver { throw Life.Over() }
            giveBack(slots)
            if error == .unavailable { putBack(ids) }
            return false
        }
    }

    private func putBack(_ ids: [JobID]) {
        hints = ids.filter { !hints.contains($0) } + hints
    }

    /// What an answer says means nothing to a process that has died meanwhile.
    private func requireLife() throws(DomainError) {
        if life.isOver { throw .unavailable }
    }

    func sweeping() async throws(Life.Over) {
        while true {
            try await life.sleep(isSweepOwed ? .milliseconds(100) : world.latency.milliseconds(800...1200))
            var goesOn = true
            while goesOn { goesOn = try await sweepOnce() }
        }
    }

    /// - Returns: whether there may be more.
    private func sweepOnce() async throws(Life.Over) -> Bool {
        let slots = reserve(upTo: 500, forSweep: true)
        guard slots > 0 else { return false }
        let askedAt = clock
        do throws(DomainError) {
            let result = try await sweep(limit: slots)
            try requireLife()
            hold(result.claimed, since: askedAt, reserved: slots)
            add(hints: result.freed)
            return result.touched >= slots
        } catch {
            if life.isOver { throw Life.Over() }
            giveBack(slots)
            return false
        }
    }

    private func hold(_ jobs: [ClaimedJob], since askedAt: Timestamp, reserved count: Int) {
        reserved -= count
        running += jobs.count
        for job in jobs {
            let run = HeldRun(job, validUntil: askedAt + Self.lease)
            held.append(run)
            life.spawn { [self] () async throws(Life.Over) in try await carryOut(run) }
        }
        if !jobs.isEmpty { onRun.call() }
        if jobs.count < count { onWork.call() }
    }
}
