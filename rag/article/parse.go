package article

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// DefaultMaxBytes is how large a document may be unless Options say otherwise.
const DefaultMaxBytes = 64 << 20

// pdfFactor is how many times that a PDF may have, which is not held in memory.
const pdfFactor = 4

// Options change how documents are read. The zero value is good for most uses.
type Options struct {
	// MaxBytes refuses larger files; zero means DefaultMaxBytes.
	MaxBytes int64
	// Now is the day after which a date in a text is not taken for the day of
	// publication; zero means the clock's time.
	Now time.Time
	// Origin is where the document comes from, for the IDs of its articles: the
	// same wherever the program is started. Empty: ParseFile takes the file's
	// absolute path, Parse the path that it is given.
	Origin string
	// Charset names the encoding that the document's server or envelope says it
	// has, as HTTP does. It is tried only when the bytes do not tell.
	Charset string
	// URL is the address of articles that do not name one themselves.
	URL string
	// Omitted hears of each text that does not become part of an article, while
	// a document is read. Nil: nobody is told.
	Omitted func(Omission)

	// Progress hears how far a large document is read, now and then, in pages, rows
	// or MB. Nil: nobody is told.
	Progress func(unit string, done, total int)

	depth       int          // of documents around this one
	interrupted func() error // why reading should end; nil: it should not
}

// stopped tells why reading should end before it is done.
func (o Options) stopped() error {
	if o.interrupted == nil {
		return nil
	}
	return o.interrupted()
}

func (o Options) progress(unit string, done, total int) {
	if o.Progress != nil {
		o.Progress(unit, done, total)
	}
}

func (o Options) maxBytes() int64 {
	if o.MaxBytes > 0 {
		return o.MaxBytes
	}
	return DefaultMaxBytes
}

func (o Options) now() time.Time {
	if o.Now.IsZero() {
		return time.Now()
	}
	return o.Now
}

// ParseFile reads one file. Like Parse it may return articles and an error.
func ParseFile(ctx context.Context, path string, opts Options) ([]Article, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	f, head, size, err := openFile(path, opts.maxBytes())
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if opts.Origin == "" {
		if abs, err := filepath.Abs(path); err == nil {
			opts.Origin = filepath.ToSlash(abs)
		}
	}
	opts.interrupted = ctx.Err
	var articles []Article
	if isPDF(head) { // is read where it is wanted; a hundred MB of pictures are not
		articles, err = articlesOf(path, opts, func(opts Options) ([]draft, error) { return readPDF(f, size, path, opts) })
	} else {
		var raw []byte
		if raw, err = readFile(f, head, path, size, opts.maxBytes()); err != nil {
			return nil, err
		}
		articles, err = Parse(raw, path, opts)
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("read %s: %w", path, ctx.Err())
	}
	return articles, err
}

// openFile refuses what is too large before reading it. It returns the beginning
// as well.
func openFile(path string, limit int64) (f *os.File, head []byte, size int64, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, 0, statError(path, err)
	}
	if !info.Mode().IsRegular() {
		// A named pipe or a device might never end.
		return nil, nil, 0, &PathError{Path: path, Err: ErrUnreadable, Hint: "it is not a regular file; name a file or a folder of files"}
	}
	if f, err = os.Open(path); err != nil {
		return nil, nil, 0, statError(path, err)
	}
	head = make([]byte, min(info.Size(), pdfHead))
	if _, err := io.ReadFull(f, head); err != nil {
		f.Close()
		return nil, nil, 0, statError(path, err)
	}
	if limit = limitFor(head, limit); info.Size() > limit {
		f.Close()
		return nil, nil, 0, tooLarge(path, limit)
	}
	return f, head, info.Size(), nil
}

// readFile reads what follows the beginning of a file.
func readFile(f *os.File, head []byte, path string, size, limit int64) ([]byte, error) {
	raw := bytes.NewBuffer(make([]byte, 0, size+bytes.MinRead)) // grown by doubling, a large file would take twice its size
	raw.Write(head)
	if _, err := raw.ReadFrom(io.LimitReader(f, limit+1-int64(len(head)))); err != nil {
		return nil, statError(path, err)
	}
	if int64(raw.Len()) > limit { // it grew in the meantime
		return nil, tooLarge(path, limit)
	}
	return raw.Bytes(), nil
}

func statError(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		if target, err := os.Readlink(path); err == nil {
			return &PathError{Path: path, Err: ErrNotFound, Hint: fmt.Sprintf("it is a link to %s, which is not there; remove or renew the link", target)}
		}
		return &PathError{Path: path, Err: ErrNotFound, Hint: "check the spelling"}
	}
	if errors.Is(err, fs.ErrPermission) {
		return &PathError{Path: path, Err: ErrUnreadable, Hint: "give yourself the permission to read it"}
	}
	return &PathError{Path: path, Err: fmt.Errorf("%w: %w", ErrUnreadable, err)}
}

// limitFor is how large the document that begins so may be.
func limitFor(raw []byte, limit int64) int64 {
	if isPDF(raw) {
		return pdfFactor * limit
	}
	return limit
}

func tooLarge(path string, limit int64) error {
	return &PathError{Path: path, Err: ErrTooLarge,
		Hint: fmt.Sprintf("the limit is %d MB; split it into smaller files", limit>>20)}
}

// Parse turns the bytes of one document into its articles. path names the
// document in articles and errors and takes part in the articles' IDs; nothing
// is read from it. When only some of the records of a JSON Lines document are
// good, Parse returns their articles and an error that joins a PathError for
// each of the others.
func Parse(raw []byte, path string, opts Options) ([]Article, error) {
	if limit := limitFor(raw, opts.maxBytes()); int64(len(raw)) > limit {
		return nil, tooLarge(path, limit)
	}
	return articlesOf(path, opts, func(opts Options) ([]draft, error) { return parseDrafts(raw, path, opts) })
}

// articlesOf makes articles of what read finds in a document.
func articlesOf(path string, opts Options, read func(Options) ([]draft, error)) ([]Article, error) {
	if hear := opts.Omitted; hear != nil {
		opts.Omitted = func(o Omission) { o.Path = path; hear(o) }
	}
	drafts, problems := read(opts)
	articles, err := finish(drafts, path, opts)
	if problems = joinErrors(dropNil(problems, err)); len(articles) == 0 && problems == nil {
		problems = &PathError{Path: path, Err: ErrNoArticle, Hint: "an article needs at least one paragraph of text"}
	}
	return articles, problems
}

func dropNil(errs ...error) []error {
	return slices.DeleteFunc(errs, func(err error) bool { return err == nil })
}

// parseDrafts recognises what a document is, by its content, and reads it.
func parseDrafts(raw []byte, path string, opts Options) ([]draft, error) {
	drafts, known, err := container(raw, path, opts)
	if err != nil {
		return nil, &PathError{Path: path, Err: err, Hint: containerHint(err)}
	}
	if known {
		return drafts, nil
	}
	text, err := decode(unfold(raw), opts)
	if err != nil {
		return nil, &PathError{Path: path, Err: err, Hint: decodeHint(err)}
	}
	if strings.TrimSpace(text) == "" {
		return nil, &PathError{Path: path, Err: ErrEmpty, Hint: "put an article into it or leave it out"}
	}
	tellMisnamed(path, opts)
	comma, isCSV := looksLikeCSV(text, path)
	if front, body, found := cutFrontMatter(text); found {
		return parseBody(body, path, front, opts), nil
	}
	switch {
	case looksLikeCalendar(text):
		return []draft{parseCalendar(text, path, opts)}, nil
	case looksLikeJSON(text) && (strings.HasPrefix(strings.TrimSpace(text), "[") || !looksLikeJSONL(text, path)):
		drafts, err := parseJSON(text, path, opts)
		return drafts, err
	case looksLikeJSONL(text, path):
		return parseJSONL(text, path, opts)
	case feedRoot.MatchString(text[:min(len(text), 8<<10)]):
		drafts, err := parseFeed(text, opts)
		if err != nil {
			return nil, &PathError{Path: path, Err: err, Hint: containerHint(err)}
		}
		return drafts, nil
	case looksLikeSubtitles(text):
		return []draft{parseSubtitles(text, path, opts)}, nil
	case isCSV:
		return []draft{parseCSV(text, path, comma, opts)}, nil
	case looksLikeRST(text, path):
		return []draft{parseRST(text, path, opts)}, nil
	case looksLikeAsciiDoc(text, path):
		return []draft{parseAsciiDoc(text, path, opts)}, nil
	case looksLikeMarkdown(text, path):
		return []draft{parseMarkdown(text, path, meta{}, opts)}, nil
	case looksLikeHTML(text):
		return []draft{parseHTML(text, meta{}, opts)}, nil
	}
	return parsePlain(text, opts), nil
}

func containerHint(err error) string {
	switch {
	case errors.Is(err, ErrLocked):
		return "remove the password and save it again"
	case errors.Is(err, ErrBomb):
		return "it was not read; look at where it comes from"
	case errors.Is(err, ErrNoText):
		return ocrHint()
	case errors.Is(err, ErrDamaged):
		return "open it with the program that made it and save it again"
	}
	return decodeHint(err)
}

// parseBody reads what stands under front matter.
func parseBody(body, path string, front meta, opts Options) []draft {
	switch {
	case looksLikeMarkdown(body, path):
		return []draft{parseMarkdown(body, path, front, opts)}
	case looksLikeHTML(body):
		return []draft{parseHTML(body, front, opts)}
	}
	return []draft{parseLines(unwrap(splitLines(body)), front, opts)}
}

// parsePlain tells apart the kinds of documents that are nothing but lines.
func parsePlain(text string, opts Options) []draft {
	lines := splitLines(text)
	if looksTypeset(lines) {
		return parseNewspaper(lines, opts)
	}
	var drafts []draft
	for _, part := range splitAggregate(lines, opts) {
		drafts = append(drafts, parseLines(unwrap(part), meta{}, opts))
	}
	return drafts
}

// meta is what is known about an article besides its text.
type meta struct {
	id, title, author, source, url string
	published                      time.Time
	// undated is what stands where the day of publication should and names none: a
	// year, for instance. No day is better than a wrong one.
	undated string
}

// fill takes over what is still missing.
func (m *meta) fill(from meta) {
	for _, f := range []struct {
		to   *string
		from string
	}{{&m.id, from.id}, {&m.title, from.title}, {&m.author, from.author}, {&m.source, from.source}, {&m.url, from.url}, {&m.undated, from.undated}} {
		if *f.to == "" {
			*f.to = f.from
		}
	}
	if m.published.IsZero() {
		m.published = from.published
	}
}

// draft is an article before it has an identity.
type draft struct {
	meta
	line       int // of the record in the document, 0 when it has none
	paragraphs []Paragraph
	table      bool // all of it is a table, or several
}
