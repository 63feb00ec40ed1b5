package embeddings

import (
	"os"
	"syscall"
	"unsafe"
)

// Forget lets the memory go that mapped takes, a part of a file that nobody has written to:
// what is read of it once more comes from the file. A session has packed what it multiplies
// with into memory of its own.
func Forget(mapped []byte) {
	page := uintptr(os.Getpagesize())
	start := uintptr(unsafe.Pointer(unsafe.SliceData(mapped)))
	ahead := int((page - start%page) % page)
	if whole := (len(mapped) - ahead) / int(page) * int(page); whole > 0 {
		_ = syscall.Madvise(mapped[ahead:ahead+whole], syscall.MADV_DONTNEED) // it costs memory where it fails
	}
}
