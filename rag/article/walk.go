package article

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// endings are the files that Walk reads in folders. A file that is named
// explicitly is read whatever its ending.
var endings = map[string]bool{
	".html": true, ".htm": true, ".xhtml": true, ".shtml": true, ".md": true, ".markdown": true, ".mdx": true, ".txt": true, ".text": true,
	".jsonl": true, ".ndjson": true, ".json": true, ".csv": true, ".tsv": true, ".pdf": true, ".docx": true, ".xlsx": true, ".pptx": true,
	".epub": true, ".eml": true, ".mht": true, ".mhtml": true, ".rss": true, ".atom": true, ".xml": true, ".srt": true, ".vtt": true, ".ics": true, ".ipynb": true,
	".rst": true, ".adoc": true, ".asciidoc": true,
}

// Listing is what stands in folders.
type Listing struct {
	Files []string // to be read
	// Skipped are the files of folders whose kind is not read.
	Skipped []string
}

// Walk is [List] for those who need only the files to read.
func Walk(ctx context.Context, paths []string) ([]string, error) {
	l, err := List(ctx, paths)
	return l.Files, err
}

// List finds the files to read: each path itself when it is a file, else the
// articles in the folder and the folders below it, by name. Files and folders
// whose names begin with a dot are left out in folders, and so are the locks
// (~$…) that office programs leave. A file is listed once, however many ways lead
// to it. A symbolic link in a folder that leads out of everything that was named is
// a problem and is not followed. Problems are one PathError per path, joined; the other files are listed
// all the same.
func List(ctx context.Context, paths []string) (Listing, error) {
	w := walker{files: map[string]bool{}, folders: map[string]bool{}}
	for _, p := range paths {
		if real, err := realPath(p); err == nil {
			w.named = append(w.named, real)
		}
	}
	for _, p := range paths {
		if err := ctx.Err(); err != nil {
			return Listing{w.found, w.skipped}, errors.Join(append(w.problems, fmt.Errorf("list files: %w", err))...)
		}
		w.root(ctx, p)
	}
	return Listing{w.found, w.skipped}, joinErrors(w.problems)
}

type walker struct {
	found    []string
	skipped  []string
	problems []error
	// named are the paths that were given, behind symbolic links and absolute.
	named []string
	// files and folders have been seen, by the same kind of path.
	files, folders map[string]bool
}

// realPath is the absolute path behind symbolic links.
func realPath(path string) (string, error) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", err
	}
	return filepath.Abs(real)
}

// follow tells whether a link in a folder stays within what was named, so that
// it may be followed, and what it leads to.
func (w *walker) follow(path string) (fs.FileMode, bool) {
	info, err := os.Stat(path)
	if err != nil {
		w.fail(path, err)
		return 0, false
	}
	real, err := realPath(path)
	if err != nil {
		w.fail(path, err)
		return 0, false
	}
	for _, root := range w.named {
		if rel, err := filepath.Rel(root, real); err == nil && filepath.IsLocal(rel) {
			return info.Mode().Type(), true
		}
	}
	w.problem(path, ErrLinkOut, "it was not followed to "+real+"; name that as well if it is meant")
	return 0, false
}

func (w *walker) root(ctx context.Context, path string) {
	if strings.TrimSpace(path) == "" {
		w.problem(path, ErrNotFound, "the name is empty")
		return
	}
	info, err := os.Stat(path)
	if err != nil {
		w.fail(path, err)
		return
	}
	if !info.IsDir() {
		w.file(path)
		return
	}
	before, problems := len(w.found), len(w.problems)
	real, err := realPath(path)
	if err != nil {
		w.fail(path, err)
		return
	}
	if w.folders[real] {
		return // named twice
	}
	seen := len(w.files)
	w.folder(ctx, path, real, nil)
	if len(w.found) == before && len(w.files) == seen && len(w.problems) == problems && ctx.Err() == nil {
		w.problem(path, ErrEmptyFolder, "it needs files that end in one of "+strings.Join(Endings(), " "))
	}
}

// folder reads a folder. above are the real paths of the folders around it.
func (w *walker) folder(ctx context.Context, path, real string, above []string) {
	w.folders[real] = true
	entries, err := os.ReadDir(path) // sorted by name
	if err != nil {
		w.fail(path, err)
		return
	}
	above = append(above[:len(above):len(above)], real)
	for _, entry := range entries {
		if ctx.Err() != nil {
			return
		}
		if strings.HasPrefix(entry.Name(), ".") || strings.HasPrefix(entry.Name(), "~$") {
			continue
		}
		child := filepath.Join(path, entry.Name())
		mode := entry.Type()
		if mode&fs.ModeSymlink != 0 {
			var ok bool
			if mode, ok = w.follow(child); !ok {
				continue
			}
		}
		switch {
		case mode.IsDir():
			w.child(ctx, child, above)
		case mode.IsRegular() && endings[strings.ToLower(filepath.Ext(child))]:
			w.file(child)
		case mode.IsRegular():
			w.skipped = append(w.skipped, child)
		}
	}
}

func (w *walker) child(ctx context.Context, path string, above []string) {
	real, err := realPath(path)
	if err != nil {
		w.fail(path, err)
		return
	}
	for _, a := range above {
		if a == real {
			w.problem(path, ErrLinkLoop, "it was not followed; remove the link")
			return
		}
	}
	if !w.folders[real] {
		w.folder(ctx, path, real, above)
	}
}

func (w *walker) file(path string) {
	real, err := realPath(path)
	if err != nil {
		w.fail(path, err)
		return
	}
	if !w.files[real] {
		w.files[real] = true
		w.found = append(w.found, path)
	}
}

func (w *walker) problem(path string, reason error, hint string) {
	w.problems = append(w.problems, &PathError{Path: path, Err: reason, Hint: hint})
}

func (w *walker) fail(path string, err error) {
	if isLinkLoop(err) {
		w.problem(path, ErrLinkLoop, "it leads back to itself; remove the link")
		return
	}
	w.problems = append(w.problems, statError(path, err))
}

// isLinkLoop recognises links that point at each other.
func isLinkLoop(err error) bool {
	return strings.Contains(err.Error(), "too many levels of symbolic links") || strings.Contains(err.Error(), "too many links")
}

// Endings lists the endings of the files that Walk reads in folders.
func Endings() []string {
	out := make([]string, 0, len(endings))
	for e := range endings {
		out = append(out, e)
	}
	sort.Strings(out)
	return out
}
