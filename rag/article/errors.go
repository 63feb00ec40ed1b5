package article

import (
	"errors"
	"fmt"
)

// Reasons for which a document is refused. Errors of this package wrap them
// together with the path and with what can be done.
var (
	ErrNotFound    = errors.New("there is no such file or folder")
	ErrUnreadable  = errors.New("the file cannot be read")
	ErrEmpty       = errors.New("the file is empty")
	ErrEmptyFolder = errors.New("the folder holds no articles")
	ErrBinary      = errors.New("the file is not text")
	ErrTooLarge    = errors.New("the file is too large")
	ErrEncoding    = errors.New("the encoding of the file is not known")
	ErrNoArticle   = errors.New("no article text was found")
	ErrMalformed   = errors.New("the line is not a valid record")
	ErrDuplicateID = errors.New("the id occurs more than once")
	ErrLinkLoop    = errors.New("the symbolic link leads back to a folder that holds it")
	ErrLinkOut     = errors.New("the symbolic link leads out of the folder")
)

// PathError is what went wrong with one file or folder.
type PathError struct {
	Path string
	Line int    // counted from 1, 0 when the problem is not in one line
	Err  error  // wraps one of the reasons above
	Hint string // what to do about it
}

// Error says what went wrong, where, and what to do.
func (e *PathError) Error() string {
	where := e.Path
	if e.Line > 0 {
		where = fmt.Sprintf("%s, line %d", e.Path, e.Line)
	}
	if e.Hint == "" {
		return fmt.Sprintf("read %s: %v", where, e.Err)
	}
	return fmt.Sprintf("read %s: %v; %s", where, e.Err, e.Hint)
}

// Unwrap returns the reason.
func (e *PathError) Unwrap() error { return e.Err }

// joinErrors is errors.Join without a wrapper around a single error.
func joinErrors(errs []error) error {
	if len(errs) == 1 {
		return errs[0]
	}
	return errors.Join(errs...)
}
