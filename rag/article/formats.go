package article

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html/charset"
)

// FormatNames lists for people what can be read.
const FormatNames = `HTML, Markdown, RST, AsciiDoc, plain text,
newspaper pages, PDF, Word (.docx), Excel (.xlsx), PowerPoint (.pptx), EPUB, CSV,
JSON and JSON Lines, mail (.eml), MHTML, RSS and Atom, subtitles (.srt, .vtt),
calendars (.ics) and Jupyter notebooks`

// maxNested is how deep documents may stand in documents: mails in mails.
const maxNested = 4

// Reasons for which a document of a known kind is refused.
var (
	ErrLocked  = errors.New("the document is protected by a password")
	ErrDamaged = errors.New("the document is damaged")
	ErrBomb    = errors.New("the document unpacks to far more than it should")
	ErrNoText  = errors.New("the document holds no text, only pictures")
)

// container reads a document that is not plain text. known is false when it is.
func container(raw []byte, name string, opts Options) (drafts []draft, known bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			drafts, known, err = nil, true, panicked(p)
		}
	}()
	one := func(d draft, err error) ([]draft, bool, error) {
		if err != nil {
			return nil, true, err
		}
		return []draft{d}, true, nil
	}
	switch {
	case isPDF(raw):
		return one(parsePDF(bytes.NewReader(raw), int64(len(raw)), opts))
	case bytes.HasPrefix(raw, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		if bytes.Contains(raw, utf16Bytes("EncryptedPackage")) {
			return nil, true, fmt.Errorf("%w, as an Office file", ErrLocked)
		}
		return nil, true, fmt.Errorf("%w: it is in the format of Office before 2007", ErrBinary)
	case bytes.HasPrefix(raw, []byte("PK\x03\x04")), bytes.HasPrefix(raw, []byte("PK\x05\x06")):
		p, err := openPackage(raw, opts)
		if err != nil {
			return nil, true, err
		}
		switch {
		case p.has("word/document.xml"):
			return one(parseDOCX(p, opts))
		case p.has("xl/workbook.xml"):
			return one(parseXLSX(raw, p, name, opts))
		case p.has("ppt/presentation.xml"):
			return one(parsePPTX(p, name, opts))
		case p.has("META-INF/container.xml"):
			return one(parseEPUB(p, opts))
		}
		return nil, true, fmt.Errorf("%w: it is an archive; unpack it", ErrBinary)
	case isPicture(raw):
		return nil, true, fmt.Errorf("%w: it is %s", ErrBinary, http.DetectContentType(raw))
	case looksLikeMail(raw):
		drafts, err := parseMail(raw, opts)
		return drafts, true, err
	}
	return nil, false, nil
}

// packed are the endings of documents that hold no plain text.
var packed = map[string]bool{".docx": true, ".doc": true, ".xlsx": true, ".xls": true, ".pptx": true, ".ppt": true, ".epub": true, ".pdf": true}

// tellMisnamed tells of a text that is named as if it were none: what was saved may be
// a notice in place of the document.
func tellMisnamed(name string, opts Options) {
	if ending := strings.ToLower(path.Ext(name)); packed[ending] {
		opts.omit(OmitMisnamed, "the name ends with "+ending+", but it holds plain text and was read as such")
	}
}

// panicked is what becomes of a panic: the libraries behind some formats panic on
// documents made to hurt.
func panicked(p any) error { return fmt.Errorf("%w: %v", ErrDamaged, p) }

// readPDF reads a PDF in a file.
func readPDF(from io.ReaderAt, size int64, path string, opts Options) (drafts []draft, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = panicked(p)
		}
		if err != nil {
			drafts, err = nil, &PathError{Path: path, Err: err, Hint: containerHint(err)}
		}
	}()
	d, err := parsePDF(from, size, opts)
	return []draft{d}, err
}

// pdfHead is within how many bytes from its beginning a PDF says that it is one.
const pdfHead = 1024

func isPDF(raw []byte) bool { return bytes.Contains(raw[:min(len(raw), pdfHead)], []byte("%PDF-")) }

// isPicture recognises pictures, sounds and films by their first bytes. The two
// letters of a bitmap may begin a text.
func isPicture(raw []byte) bool {
	kind, _, _ := strings.Cut(http.DetectContentType(raw), "/")
	return (kind == "image" || kind == "audio" || kind == "video" || kind == "font") && !bytes.HasPrefix(raw, []byte("BM")) && !bytes.HasPrefix(raw, []byte("<"))
}

func utf16Bytes(s string) []byte {
	out := make([]byte, 0, 2*len(s))
	for i := range len(s) {
		out = append(out, s[i], 0)
	}
	return out
}

// zipPackage is a zip archive with a bound on what it unpacks to.
type zipPackage struct {
	files map[string]*zip.File
	left  int64 // bytes that may still be unpacked
	// charts are the diagrams that were read, and whether they held figures.
	charts map[string]bool
}

// unpackFactor is how many times MaxBytes the parts of a package may unpack to.
const unpackFactor = 4

func openPackage(raw []byte, opts Options) (*zipPackage, error) {
	r, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, fmt.Errorf("%w: it is no whole zip archive (%v)", ErrDamaged, err)
	}
	p := &zipPackage{files: map[string]*zip.File{}, left: unpackFactor * opts.maxBytes(), charts: map[string]bool{}}
	var sum uint64
	for _, f := range r.File {
		p.files[strings.TrimPrefix(path.Clean(strings.ReplaceAll(f.Name, `\`, "/")), "/")] = f
		sum += f.UncompressedSize64
	}
	if sum > uint64(p.left) {
		return nil, fmt.Errorf("%w: %d MB", ErrBomb, sum>>20)
	}
	return p, nil
}

func (p *zipPackage) has(name string) bool { return p.files[name] != nil }

// read unpacks a part; nil when there is none.
func (p *zipPackage) read(name string) ([]byte, error) {
	f := p.files[strings.TrimPrefix(path.Clean(name), "/")]
	if f == nil {
		return nil, nil
	}
	if f.Flags&1 != 0 {
		return nil, ErrLocked
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %v", ErrDamaged, name, err)
	}
	defer r.Close()
	out, err := io.ReadAll(io.LimitReader(r, p.left+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %v", ErrDamaged, name, err)
	}
	if p.left -= int64(len(out)); p.left < 0 {
		return nil, ErrBomb
	}
	return out, nil
}

// maxXMLDepth is how deep elements may nest.
const maxXMLDepth = 400

// element is a node of a small XML document.
type element struct {
	name     string // without its namespace
	attrs    map[string]string
	children []*element
	text     string // of a text node, whose name is empty
}

// parseXML reads a whole document. Entities that it declares itself are not
// expanded but refused.
func parseXML(raw []byte) (*element, error) {
	d := xml.NewDecoder(bytes.NewReader(raw))
	d.CharsetReader = charset.NewReaderLabel
	return readXML(d)
}

func readXML(d *xml.Decoder) (*element, error) {
	root := &element{}
	stack := []*element{root}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %v", ErrDamaged, err)
		}
		top := stack[len(stack)-1]
		switch t := token.(type) {
		case xml.StartElement:
			e := &element{name: t.Name.Local, attrs: map[string]string{}}
			for _, a := range t.Attr {
				e.attrs[a.Name.Local] = a.Value
			}
			top.children = append(top.children, e)
			if stack = append(stack, e); len(stack) > maxXMLDepth {
				return nil, fmt.Errorf("%w: its elements nest too deep", ErrDamaged)
			}
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			top.children = append(top.children, &element{text: string(t)})
		}
	}
	return root, nil
}

// xmlPart reads a part of a package; nil when there is none.
func (p *zipPackage) xmlPart(name string) (*element, error) {
	raw, err := p.read(name)
	if err != nil || raw == nil {
		return nil, err
	}
	e, err := parseXML(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return e, nil
}

// find returns the first element of a name below e, nil when there is none.
func (e *element) find(name string) *element {
	if e == nil {
		return nil
	}
	for _, c := range e.children {
		if c.name == name {
			return c
		}
		if found := c.find(name); found != nil {
			return found
		}
	}
	return nil
}

// all calls f for the elements of a name below e, in order, not for those inside
// one of them.
func (e *element) all(name string, f func(*element)) {
	if e == nil {
		return
	}
	for _, c := range e.children {
		if c.name == name {
			f(c)
		} else {
			c.all(name, f)
		}
	}
}

// allOf calls f for the elements below e, in order, and goes on below those for which
// f says so.
func (e *element) allOf(f func(*element) bool) {
	if e == nil {
		return
	}
	for _, c := range e.children {
		if f(c) {
			c.allOf(f)
		}
	}
}

// child is the first element of a name right below e, nil when there is none. What
// a run or a paragraph says of itself stands there; deeper there may be what it said
// before a change, or a text box.
func (e *element) child(name string) *element {
	if e != nil {
		for _, c := range e.children {
			if c.name == name {
				return c
			}
		}
	}
	return nil
}

// attr is an attribute of an element, "" without one.
func (e *element) attr(name string) string {
	if e == nil {
		return ""
	}
	return e.attrs[name]
}

// content is all text below an element.
func (e *element) content() string {
	if e == nil {
		return ""
	}
	if e.name == "" {
		if len(e.children) == 0 {
			return e.text
		}
	}
	var b strings.Builder
	for _, c := range e.children {
		b.WriteString(c.content())
	}
	return b.String()
}

// relations reads which parts a part of an Office package points to, by ID.
func (p *zipPackage) relations(part string) (map[string]string, error) {
	root, err := p.xmlPart(path.Join(path.Dir(part), "_rels", path.Base(part)+".rels"))
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	root.all("Relationship", func(r *element) {
		target := r.attrs["Target"]
		if !strings.HasPrefix(target, "/") {
			target = path.Join(path.Dir(part), target)
		}
		out[r.attrs["Id"]] = strings.TrimPrefix(target, "/")
	})
	return out, nil
}

// tellCharts tells of diagrams that no page shows or that hold no figures.
func (p *zipPackage) tellCharts(opts Options) error {
	for _, name := range slices.Sorted(maps.Keys(p.files)) {
		if p.charts[name] || path.Base(path.Dir(name)) != "charts" || !strings.HasPrefix(path.Base(name), "chart") {
			continue
		}
		chart, err := p.xmlPart(name)
		if err != nil {
			return err
		}
		var texts []string
		for _, kind := range []string{"t", "v"} {
			chart.all(kind, func(e *element) { texts = append(texts, e.content()) })
		}
		opts.omit(OmitUnreadable, "a diagram: "+strings.Join(texts, " "))
	}
	return nil
}

// coreMeta is what an Office document says of itself, but for what a program put
// there. Its dates are those of the file, not of a publication.
func (p *zipPackage) coreMeta() (meta, error) {
	core, err := p.xmlPart("docProps/core.xml")
	if err != nil || core == nil {
		return meta{}, err
	}
	m := meta{title: oneLine(core.find("title").content()), author: oneLine(core.find("creator").content())}
	if fileTitle.MatchString(m.title) {
		m.title = ""
	}
	if programName.MatchString(m.author) {
		m.author = ""
	}
	return m, nil
}

var (
	fileTitle   = regexp.MustCompile(`(?i)\.(?:docx?|xlsx?|pptx?|wps|pdf|indd|txt|html?|md|tex|dvi|odt|rtf|ofd|pub|cdr|ai|jpe?g|png|tiff?)$|^(?:\(?(?:anonymous|untitled|unspecified|no title)\)?$|microsoft (?:word|powerpoint|excel)\b|powerpoint |untitled|document\d*$|文档\d*$|幻灯片 ?\d*$|演示文稿\d*$)`)
	programName = regexp.MustCompile(`(?i)^(?:python-docx|openpyxl|python-pptx|administrator|admin|user|microsoft.*|unknown|anonymous)$`)
)
