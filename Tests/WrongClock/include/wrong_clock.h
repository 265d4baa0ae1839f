// A wrong time of day for a program that loads this library before all others (LD_PRELOAD): WRONG_CLOCK_SECONDS fast,
// or slow when it is negative. What counts how long something takes (CLOCK_MONOTONIC) is left alone, and so is
// timespec_get, from which librdkafka computes until when a thread sleeps, which the kernel counts rightly.
#pragma once
