package main

import (
	"io"
	"os"

	"golang.org/x/term"
)

// checkedOutput remembers the first error of writing to it, so that a full disk
// does not pass for success wherever a line was printed in passing.
type checkedOutput struct {
	io.Writer
	err error
}

func (o *checkedOutput) Write(p []byte) (int, error) {
	n, err := o.Writer.Write(p)
	if err != nil && o.err == nil {
		o.err = err
	}
	return n, err
}

// checked wraps everything but a terminal, which others have to recognise.
func checked(out io.Writer) (io.Writer, func() error) {
	if isTerminal(out) {
		return out, func() error { return nil }
	}
	o := &checkedOutput{Writer: out}
	return o, func() error { return o.err }
}

// isTerminal tells whether a stream is a terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
