"""Produces records through librdkafka and says of each where it lies, or that nobody knows.

Without retries of the library's own: what it is not sure of, it says, and whoever asked may ask again.
"""

import asyncio
import ctypes
import threading

RD_KAFKA_PRODUCER = 0
EVENT_DR = 1
# Kinds of the values that rd_kafka_produceva takes (rd_kafka_vtype_t).
V_TOPIC, V_PARTITION, V_VALUE, V_KEY, V_OPAQUE, V_MSGFLAGS, V_HEADER = 1, 3, 4, 5, 6, 7, 9
COPY = 2
ANY_PARTITION = -1


class _Header(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("value", ctypes.c_char_p), ("size", ctypes.c_ssize_t)]


class _Bytes(ctypes.Structure):
    _fields_ = [("pointer", ctypes.c_char_p), ("size", ctypes.c_size_t)]


class _Union(ctypes.Union):
    _fields_ = [("text", ctypes.c_char_p), ("number", ctypes.c_int32), ("bytes", _Bytes), ("header", _Header),
                ("opaque", ctypes.c_void_p), ("padding", ctypes.c_char * 64)]


class _Value(ctypes.Structure):
    _fields_ = [("sort", ctypes.c_int), ("value", _Union)]


class _Message(ctypes.Structure):
    _fields_ = [("error", ctypes.c_int), ("topic", ctypes.c_void_p), ("partition", ctypes.c_int32),
                ("payload", ctypes.c_void_p), ("size", ctypes.c_size_t), ("key", ctypes.c_void_p),
                ("key_size", ctypes.c_size_t), ("offset", ctypes.c_int64), ("opaque", ctypes.c_void_p)]


def _library() -> ctypes.CDLL:
    library = ctypes.CDLL("librdkafka.so.1")
    pointers = ("rd_kafka_conf_new", "rd_kafka_new", "rd_kafka_queue_get_main", "rd_kafka_queue_poll",
                "rd_kafka_event_message_next", "rd_kafka_produceva")
    for name in pointers:
        getattr(library, name).restype = ctypes.c_void_p
    library.rd_kafka_event_message_next.restype = ctypes.POINTER(_Message)
    return library


class RecordProducer:
    def __init__(self, brokers: str) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[int, asyncio.Future] = {}
        self._last = 0
        self._library = _library()
        configuration = ctypes.c_void_p(self._library.rd_kafka_conf_new())
        reason = ctypes.create_string_buffer(512)
        settings = {"bootstrap.servers": brokers, "message.send.max.retries": "0", "message.timeout.ms": "4000",
                    "request.timeout.ms": "3000", "socket.timeout.ms": "4000", "linger.ms": "2", "log_level": "0",
                    "reconnect.backoff.max.ms": "500", "topic.metadata.refresh.interval.ms": "5000"}
        for name, value in settings.items():
            if self._library.rd_kafka_conf_set(configuration, name.encode(), value.encode(), reason, len(reason)):
                raise RuntimeError(reason.value.decode())
        self._library.rd_kafka_conf_set_events(configuration, EVENT_DR)
        handle = self._library.rd_kafka_new(RD_KAFKA_PRODUCER, configuration, reason, len(reason))
        if not handle:
            raise RuntimeError(reason.value.decode())
        self._handle = ctypes.c_void_p(handle)
        self._is_open = True
        self._thread = threading.Thread(target=self._poll, daemon=True)
        self._thread.start()

    async def produce(self, topic: str, value: bytes, headers: dict[str, str] | None = None, key: bytes | None = None,
                      partition: int = ANY_PARTITION) -> tuple[int, int] | None:
        """Partition and offset once the broker has it; None when nobody knows."""
        self._last += 1
        future = self._loop.create_future()
        self._waiting[self._last] = future
        values = self._values(topic, value, headers or {}, key, partition)
        error = self._library.rd_kafka_produceva(self._handle, values, ctypes.c_size_t(len(values)))
        if error:
            self._library.rd_kafka_error_destroy(ctypes.c_void_p(error))
            del self._waiting[self._last]
            return None
        return await future

    def _values(self, topic: str, value: bytes, headers: dict[str, str], key: bytes | None, partition: int):
        values = [(V_TOPIC, _Union(text=topic.encode())), (V_PARTITION, _Union(number=partition)),
                  (V_VALUE, _Union(bytes=_Bytes(value, len(value)))), (V_MSGFLAGS, _Union(number=COPY)),
                  (V_OPAQUE, _Union(opaque=self._last))]
        if key is not None:
            values.append((V_KEY, _Union(bytes=_Bytes(key, len(key)))))
        for name, text in headers.items():
            data = text.encode()
            values.append((V_HEADER, _Union(header=_Header(name.encode(), data, len(data)))))
        return (_Value * len(values))(*(_Value(sort, union) for sort, union in values))

    def _poll(self) -> None:
        queue = ctypes.c_void_p(self._library.rd_kafka_queue_get_main(self._handle))
        while self._is_open:
            event = self._library.rd_kafka_queue_poll(queue, 100)
            if not event:
                continue
            event = ctypes.c_void_p(event)
            reports = []
            while message := self._library.rd_kafka_event_message_next(event):
                fields = message.contents
                place = (fields.partition, fields.offset) if fields.error == 0 and fields.offset >= 0 else None
                reports.append((fields.opaque, place))
            self._library.rd_kafka_event_destroy(event)
            self._loop.call_soon_threadsafe(self._report, reports)
        self._library.rd_kafka_queue_destroy(queue)

    def _report(self, reports: list[tuple[int, tuple[int, int] | None]]) -> None:
        for number, place in reports:
            future = self._waiting.pop(number, None)
            if future is not None and not future.done():
                future.set_result(place)

    async def close(self) -> None:
        """What is still on its way is given up."""
        self._is_open = False
        await asyncio.to_thread(self._thread.join)
        self._library.rd_kafka_purge(self._handle, 3)
        await asyncio.to_thread(self._library.rd_kafka_destroy, self._handle)
        for future in self._waiting.values():
            if not future.done():
                future.set_result(None)
