package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"strconv"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"zhiwen/config"
)

// plain returns an error's text with the wording of libraries in it put into
// words for people. Each error of the chain that is of a known kind has its own
// text replaced; what we wrote around it stays.
func plain(err error) string {
	text := err.Error()
	walk(err, func(e error) {
		if words := plainly(e); words != "" {
			text = strings.ReplaceAll(text, e.Error(), words)
		}
	})
	return text
}

// walk visits an error and everything it wraps, the outer ones first.
func walk(err error, visit func(error)) {
	if err == nil {
		return
	}
	visit(err)
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		walk(e.Unwrap(), visit)
	case interface{ Unwrap() []error }:
		for _, inner := range e.Unwrap() {
			walk(inner, visit)
		}
	}
}

// plainly says what an error of a library means, "" for all others.
func plainly(err error) string {
	switch e := err.(type) {
	case *fs.PathError:
		return fmt.Sprintf("%s %s", e.Path, cause(e.Err))
	case *net.OpError:
		if e.Addr != nil {
			return fmt.Sprintf("%s %s", e.Addr, cause(e.Err))
		}
		return cause(e.Err)
	case *net.DNSError:
		return fmt.Sprintf("there is no machine of the name %q", e.Name)
	case *net.AddrError:
		return fmt.Sprintf("%q is no address with a port, such as 127.0.0.1:8480", e.Addr)
	case *strconv.NumError:
		return fmt.Sprintf("%q is not a number", e.Num)
	case *json.SyntaxError:
		return fmt.Sprintf("broken JSON at byte %d", e.Offset)
	case *json.UnmarshalTypeError:
		return fmt.Sprintf("%q must not be a %s", e.Field, e.Value)
	}
	switch err {
	case context.DeadlineExceeded:
		return "it took too long"
	case io.ErrUnexpectedEOF:
		return "it ends too early"
	}
	return ""
}

// cause puts the reason of a failed operation into the rest of a sentence.
func cause(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "does not exist"
	case errors.Is(err, syscall.EADDRINUSE):
		return "is in use by another program"
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return "is no address of this machine"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "does not answer"
	case errors.Is(err, syscall.ENOSPC):
		return "could not be written: no space left on the disk"
	case errors.Is(err, syscall.EROFS):
		return "is on a disk that cannot be written to"
	case errors.Is(err, syscall.EISDIR):
		return "is a folder"
	case errors.Is(err, syscall.ENOTDIR):
		return "lies below something that is no folder"
	case errors.Is(err, fs.ErrPermission):
		return "may not be used by you"
	}
	inner := err
	for errors.Unwrap(inner) != nil {
		inner = errors.Unwrap(inner)
	}
	if words := plainly(inner); words != "" {
		return words
	}
	return "failed: " + inner.Error()
}

// flagError puts what the flag library has to say into our words, and names the
// nearest flag for one that does not exist.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var wanting *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	var malformed *pflag.InvalidSyntaxError
	switch {
	case errors.As(err, &unknown) && len(unknown.GetSpecifiedName()) > 1:
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		return usage("unknown flag --%s; did you mean --%s?", unknown.GetSpecifiedName(), config.Nearest(unknown.GetSpecifiedName(), names))
	case errors.As(err, &unknown):
		return usage("unknown flag -%s", unknown.GetSpecifiedName())
	case errors.As(err, &wanting):
		return usage("--%s needs a value after it", wanting.GetFlag().Name)
	case errors.As(err, &invalid):
		return usage("--%s is %q; it must be %s", invalid.GetFlag().Name, invalid.GetValue(), kindOfValue(invalid.GetFlag().Value.Type()))
	case errors.As(err, &malformed):
		return usage("%q cannot be read as a flag; write --name value", malformed.GetSpecifiedFlag())
	}
	return usage("%w", err)
}

// kindOfValue describes the values of a flag's type.
func kindOfValue(flagType string) string {
	switch flagType {
	case "int", "uint":
		return "a whole number"
	case "float64":
		return "a number"
	case "bool":
		return "true or false"
	case "duration":
		return "a time such as 30s or 5m"
	}
	return "a text"
}
