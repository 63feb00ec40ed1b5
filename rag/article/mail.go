package article

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"regexp"
	"strings"

	"golang.org/x/net/html/charset"
)

var (
	mailHeader = regexp.MustCompile(`^(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\n(?:[ \t][^\n]*\n)*)+\r?\n`)
	mailSigns  = regexp.MustCompile(`(?im)^(?:MIME-Version|Message-ID|Received|Return-Path|Content-Type|From|Subject|Date):`)
)

// looksLikeMail takes a block of headers with at least three of a mail's own for
// a mail, or for a page that a browser saved as one.
func looksLikeMail(raw []byte) bool {
	head := raw[:min(len(raw), 32<<10)]
	if i := bytes.Index(head, []byte("\n\n")); i >= 0 {
		head = head[:i+2]
	}
	if i := bytes.Index(head, []byte("\r\n\r\n")); i >= 0 {
		head = head[:i+4]
	}
	return mailHeader.Match(bytes.ReplaceAll(head, []byte("\r\n"), []byte("\n"))) && len(mailSigns.FindAllIndex(head, 3)) == 3
}

// parseMail reads a mail: what was written, then each attachment that is a
// document, as an article of its own.
func parseMail(raw []byte, opts Options) ([]draft, error) {
	message, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return nil, errors.Join(ErrDamaged, err)
	}
	decoder := &mime.WordDecoder{CharsetReader: charset.NewReaderLabel}
	header := func(name string) string {
		value, err := decoder.DecodeHeader(message.Header.Get(name))
		if err != nil {
			value = message.Header.Get(name)
		}
		return oneLine(value)
	}
	m := meta{title: header("Subject"), author: header("From")}
	if at, err := message.Header.Date(); err == nil {
		m.published, _ = parseDay(at.Format("2006-01-02T15:04:05Z07:00"))
	}
	for _, name := range []string{"Snapshot-Content-Location", "Content-Location"} {
		if u := header(name); isWebAddress(u) {
			m.url, m.author = u, ""
			break
		}
	}
	if address, err := (&mail.AddressParser{WordDecoder: decoder}).Parse(message.Header.Get("From")); err == nil && m.author != "" {
		m.author = address.Name
		if m.author == "" {
			m.author = address.Address
		}
	}
	r := &mailReader{opts: opts, decoder: decoder}
	r.part(message.Header.Get("Content-Type"), message.Header.Get("Content-Transfer-Encoding"), "", "", message.Body, 0)
	var drafts []draft
	switch {
	case m.url != "" && r.html != "":
		drafts = append(drafts, parseHTML(r.html, m, opts))
	case strings.TrimSpace(r.plain) != "":
		drafts = append(drafts, assemble(arrange(layOut(plainLines(r.plain))), m, opts))
		r.compare(m)
	case r.html != "":
		drafts = append(drafts, parseMailPage(r.html, m, opts))
	}
	for i := range r.attached {
		r.attached[i].sentWith(m, opts)
	}
	return append(drafts, r.attached...), r.err
}

// sentWith gives a table that a mail brought what it does not say itself: when it was
// sent, and what the mail is about as the heading over its rows.
func (d *draft) sentWith(m meta, opts Options) {
	if !d.table || !d.published.IsZero() {
		return
	}
	if namedDate(d.title, opts.now()).IsZero() {
		d.published = m.published
	}
	for i, p := range d.paragraphs {
		if m.title != "" && !strings.HasPrefix(p.Section, m.title) {
			d.paragraphs[i].Section = joinSections(m.title, p.Section)
		}
	}
}

// compare tells what of a mail stands only in its other form, which is not read.
func (r *mailReader) compare(m meta) {
	if r.html == "" || r.opts.Omitted == nil {
		return
	}
	silent := r.opts
	silent.Omitted = nil
	plain := string(compact(r.plain))
	for _, p := range parseMarkup(r.html, m, true, silent).paragraphs {
		if !strings.Contains(plain, string(compact(p.Text))) {
			r.opts.omit(OmitRepeated, p.Text)
		}
	}
}

type mailReader struct {
	opts        Options
	decoder     *mime.WordDecoder
	plain, html string
	invited     []byte // an invitation that was read
	attached    []draft
	err         error
}

// maxParts bounds the parts of a mail.
const maxParts = 2000

func (r *mailReader) part(contentType, encoding, disposition, name string, body io.Reader, depth int) {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		kind, params = "text/plain", map[string]string{}
	}
	if strings.HasPrefix(kind, "multipart/") && depth < 20 {
		parts := multipart.NewReader(body, params["boundary"])
		for range maxParts {
			p, err := parts.NextRawPart()
			if err != nil {
				if !errors.Is(err, io.EOF) {
					r.opts.omit(OmitUnreadable, "a part of the mail: "+err.Error())
				}
				return
			}
			file := p.FileName()
			if decoded, err := r.decoder.DecodeHeader(file); err == nil {
				file = decoded
			}
			r.part(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p.Header.Get("Content-Disposition"), file, p, depth+1)
		}
		return
	}
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	raw, err := io.ReadAll(body)
	if err != nil {
		r.opts.omit(OmitUnreadable, name+" "+err.Error())
	}
	attached := strings.HasPrefix(strings.ToLower(disposition), "attachment") || name != "" && !strings.HasPrefix(kind, "text/html")
	switch {
	case kind == "text/calendar" && bytes.Equal(r.invited, raw): // an invitation comes inline and attached
		r.opts.omit(OmitRepeated, "the invitation "+name)
	case kind == "text/calendar":
		r.invited = raw
		r.attach(raw, cmp.Or(name, "invite.ics"))
	case attached || kind == "message/rfc822":
		r.attach(raw, name)
	case kind == "text/html" && r.html == "":
		r.html = r.text(raw, params["charset"])
	case kind == "text/plain":
		r.plain += r.text(raw, params["charset"]) + "\n\n"
	case strings.HasPrefix(kind, "text/css"), strings.HasPrefix(kind, "image/"), strings.HasPrefix(kind, "font/"):
	default:
		r.opts.omit(OmitUnreadable, "a part of the kind "+kind)
	}
}

// text decodes a part, by its own word or else by what its bytes look like.
func (r *mailReader) text(raw []byte, label string) string {
	if label != "" && !strings.EqualFold(label, "utf-8") {
		if reader, err := charset.NewReaderLabel(label, bytes.NewReader(raw)); err == nil {
			if out, err := io.ReadAll(reader); err == nil {
				return strings.ReplaceAll(string(out), "\r\n", "\n")
			}
		}
	}
	text, err := decode(raw, r.opts)
	if err != nil {
		r.opts.omit(OmitUnreadable, "a part of the mail: "+err.Error())
	}
	return text
}

func (r *mailReader) attach(raw []byte, name string) {
	if r.opts.depth >= maxNested {
		r.opts.omit(OmitUnreadable, name+": it stands too deep in other mails")
		return
	}
	inner := r.opts
	inner.depth++
	drafts, err := parseDrafts(raw, name, inner)
	if err != nil {
		r.opts.omit(OmitUnreadable, "attachment "+name+": "+err.Error())
	}
	for i := range drafts {
		if drafts[i].title == "" {
			drafts[i].title = nameTitle(name)
		}
	}
	r.attached = append(r.attached, drafts...)
}
