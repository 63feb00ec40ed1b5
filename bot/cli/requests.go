package cli

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"

	"zhiwen/bot/api"
)

// maxLine bounds one line of a batch, in bytes: a question with its history.
const maxLine = 4 << 20

// Item is one line of a batch.
type Item struct {
	Line    int // from 1
	Request api.Request
	// Err says why the line holds no question; it wraps [api.ErrBadRequest].
	// Request then holds what could be read.
	Err error
}

// ReadRequests reads one question a line: the question itself, or a JSON object
// ([api.ParseRequest]) where the line begins with "{". Empty lines are skipped.
// A request without an id gets the number of its line. A bad line is an Item
// with an error and the lines after it go on; when reading itself fails the
// last Item has that error, which does not wrap [api.ErrBadRequest].
func ReadRequests(r io.Reader) iter.Seq[Item] {
	return func(yield func(Item) bool) {
		in := bufio.NewReaderSize(r, 64<<10)
		for n := 1; ; n++ {
			line, tooLong, err := readLine(in)
			if err != nil && !errors.Is(err, io.EOF) {
				yield(Item{Line: n, Err: fmt.Errorf("read line %d: %w", n, err)})
				return
			}
			item := Item{Line: n}
			line = bytes.TrimSpace(bytes.TrimPrefix(line, []byte("\ufeff")))
			switch {
			case tooLong:
				item.Err = fmt.Errorf("%w: the line is longer than %d bytes; shorten it", api.ErrBadRequest, maxLine)
			case len(line) > 0 && line[0] == '{':
				item.Request, item.Err = api.ParseRequest(line)
			default:
				item.Request.Question, item.Err = api.CleanQuestion(string(line))
			}
			if item.Request.ID == "" {
				item.Request.ID = strconv.Itoa(n)
			}
			if (len(line) > 0 || tooLong) && !yield(item) {
				return
			}
			if err != nil {
				return
			}
		}
	}
}

// readLine reads up to and without the line's end. Of a line that is too long
// nothing is kept. At the end of the input the error is io.EOF, with the last
// line if it was not ended.
func readLine(in *bufio.Reader) (line []byte, tooLong bool, err error) {
	for {
		part, err := in.ReadSlice('\n')
		if len(line)+len(part) > maxLine {
			tooLong, line = true, nil
		}
		if !tooLong {
			line = append(line, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, tooLong, err
		}
	}
}
