"""Keys that libspandsp (Debian: libspandsp2) hears, for comparison with our own in-band detector.

Reads recordings from standard input: the number of samples (32 bits, little-endian), then as many 16-bit samples at
8 kHz. Writes one line of keys for each. Each recording is heard by a new receiver with the library's defaults.
"""

import ctypes
import struct
import sys

ROOM = 128  # keys that the library keeps until they are asked for


def library():
    for name in ("libspandsp.so.2", "libspandsp.so.3", "libspandsp.so"):
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    sys.exit("libspandsp is not installed")


def main():
    spandsp = library()
    spandsp.dtmf_rx_init.restype = ctypes.c_void_p
    spandsp.dtmf_rx_init.argtypes = [ctypes.c_void_p] * 3
    spandsp.dtmf_rx.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
    spandsp.dtmf_rx_get.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
    spandsp.dtmf_rx_get.restype = ctypes.c_size_t
    spandsp.dtmf_rx_free.argtypes = [ctypes.c_void_p]
    keys = ctypes.create_string_buffer(ROOM + 1)
    while header := sys.stdin.buffer.read(4):
        (samples,) = struct.unpack("<I", header)
        recording = sys.stdin.buffer.read(2 * samples)
        receiver = spandsp.dtmf_rx_init(None, None, None)
        heard = b""
        # A second at a time: in a second no more keys come than the library keeps.
        for start in range(0, len(recording), 2 * 8000):
            part = recording[start : start + 2 * 8000]
            spandsp.dtmf_rx(receiver, part, len(part) // 2)
            spandsp.dtmf_rx_get(receiver, keys, ROOM)
            heard += keys.value
        spandsp.dtmf_rx_free(receiver)
        sys.stdout.write(heard.decode() + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
