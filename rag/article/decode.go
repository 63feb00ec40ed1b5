package article

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	utf16 "golang.org/x/text/encoding/unicode"
)

// decode returns the text of a document with \n line ends. Its errors wrap
// ErrBinary or ErrEncoding. A few bytes that are no characters are replaced and
// told of.
func decode(raw []byte, opts Options) (string, error) {
	text, err := toUTF8(raw, opts)
	if err != nil {
		return "", err
	}
	if strings.ContainsRune(text, '\r') {
		text = strings.ReplaceAll(text, "\r\n", "\n")
		text = strings.ReplaceAll(text, "\r", "\n")
	}
	return text, nil
}

// badShare is how many of a document's characters of several bytes may be broken:
// one in this many.
const badShare = 50

func toUTF8(raw []byte, opts Options) (string, error) {
	switch {
	case bytes.HasPrefix(raw, []byte("\xef\xbb\xbf")):
		raw = raw[3:]
	case bytes.HasPrefix(raw, []byte("\xff\xfe")), bytes.HasPrefix(raw, []byte("\xfe\xff")):
		return decodeUTF16(raw, utf16.LittleEndian, opts)
	}
	if at := bytes.IndexByte(raw, 0); at >= 0 {
		for _, order := range []utf16.Endianness{utf16.LittleEndian, utf16.BigEndian} {
			if text, err := decodeUTF16(raw, order, Options{}); err == nil && isPlausible(text) {
				return text, nil
			}
		}
		return "", fmt.Errorf("%w: it holds a zero byte at offset %d, as pictures and programs do", ErrBinary, at)
	}
	if controls(raw)*50 > len(raw) {
		return "", fmt.Errorf("%w: it is full of control characters", ErrBinary)
	}
	valid, invalid, first := countUTF8(raw)
	if invalid == 0 {
		return string(raw), nil
	}
	if invalid*badShare <= valid {
		tellBad(opts, invalid, fmt.Sprintf("no UTF-8, the first at offset %d", first))
		return strings.ToValidUTF8(string(raw), string(utf8.RuneError)), nil
	}
	wrong := fmt.Errorf("%w: the first byte that is no UTF-8 is at offset %d", ErrEncoding, first)
	if invalid*4 < valid {
		return "", wrong // damaged UTF-8 may well be valid in another encoding, only gibberish
	}
	best, known := guessEncoding(raw)
	if !known {
		if text, ok := decodeAs(raw, opts.Charset); ok {
			return text, nil
		}
		return "", wrong
	}
	if best.refused != "" {
		return "", fmt.Errorf("%w: it is %s", ErrEncoding, best.refused)
	}
	tellBad(opts, best.bad, "no "+best.name)
	return best.text, nil
}

// decodeAs reads a document in the encoding that it is said to have.
func decodeAs(raw []byte, label string) (string, bool) {
	enc, name := charset.Lookup(label)
	if enc == nil || name == "utf-8" || name == "replacement" {
		return "", false
	}
	out, err := enc.NewDecoder().Bytes(raw)
	return string(out), err == nil && bytes.Count(out, []byte("\uFFFD"))*badShare <= utf8.RuneCount(out)
}

func tellBad(opts Options, n int, what string) {
	if n > 0 {
		opts.omit(OmitUndecoded, fmt.Sprintf("%d bytes that are %s", n, what))
	}
}

func decodeUTF16(raw []byte, order utf16.Endianness, opts Options) (string, error) {
	out, err := utf16.UTF16(order, utf16.UseBOM).NewDecoder().Bytes(raw)
	if err != nil {
		return "", fmt.Errorf("%w: decoding UTF-16: %w", ErrEncoding, err)
	}
	if bytes.IndexByte(out, 0) >= 0 {
		return "", fmt.Errorf("%w: it holds a NUL character", ErrBinary)
	}
	bad := bytes.Count(out, []byte("\uFFFD"))
	if bad*badShare > utf8.RuneCount(out) {
		return "", fmt.Errorf("%w: it is broken UTF-16", ErrEncoding)
	}
	tellBad(opts, bad, "no UTF-16")
	return string(out), nil
}

// candidate is a document read in one of the encodings that have no mark.
type candidate struct {
	name, text string
	refused    string // the name of an encoding that is recognised and not read
	bad        int    // characters that are none
	score      float64
}

// legacy are the encodings of documents without a mark.
var legacy = []struct {
	name    string
	enc     encoding.Encoding
	refused string
}{
	{"GB18030", simplifiedchinese.GB18030, ""},
	{"Big5", traditionalchinese.Big5, ""},
	{"Shift-JIS", japanese.ShiftJIS, "Shift-JIS, an encoding of Japanese"},
	{"EUC-JP", japanese.EUCJP, "EUC-JP, an encoding of Japanese"},
	{"EUC-KR", korean.EUCKR, "EUC-KR, an encoding of Korean"},
}

// Of the characters of a document, this share must be common ones in the encoding
// that is taken for its own; in a wrong one about half are.
const commonShare = 0.8

// sampled is how much of a document is tried in each encoding, in bytes.
const sampled = 256 << 10

// guessEncoding tries the encodings without a mark and takes the one in which the
// characters are those that texts are made of.
func guessEncoding(raw []byte) (candidate, bool) {
	sample := raw[:min(len(raw), sampled)]
	best, at := candidate{}, -1
	for i, l := range legacy {
		out, err := l.enc.NewDecoder().Bytes(sample)
		if err != nil {
			continue
		}
		c := candidate{name: l.name, refused: l.refused, bad: bytes.Count(out, []byte("\uFFFD"))}
		var foreign, all int
		c.score, foreign, all = commonness(string(out))
		if c.bad*badShare > all+1 {
			continue
		}
		// Japanese and Korean show in their own letters, without which a text is
		// not theirs.
		if (l.refused != "") != (foreign*6 > all) {
			continue
		}
		if c.score >= commonShare && c.score > best.score {
			best, at = c, i
		}
	}
	if at < 0 {
		return candidate{}, false
	}
	if best.refused == "" {
		out, err := legacy[at].enc.NewDecoder().Bytes(raw)
		if err != nil {
			return candidate{}, false
		}
		best.text, best.bad = string(out), bytes.Count(out, []byte("\uFFFD"))
	}
	return best, true
}

// commonness is the share of common characters among those that are not ASCII,
// and how many of all are kana or hangul.
func commonness(text string) (share float64, foreign, all int) {
	common := 0
	known := commonCharacters()
	for _, r := range text {
		if r < utf8.RuneSelf {
			continue
		}
		all++
		switch {
		case unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Hangul) && (r < 0xff61 || r > 0xff9f):
			foreign++
			common++
		case known[r]:
			common++
		}
	}
	if all == 0 {
		return 0, 0, 0
	}
	return float64(common) / float64(all), foreign, all
}

// commonCharacters are those that GB2312 and Big5 put into their first, common
// part, with the marks of both.
var commonCharacters = sync.OnceValue(func() map[rune]bool {
	known := map[rune]bool{}
	take := func(enc encoding.Encoding, from, to byte, trails ...byte) {
		for lead := int(from); lead <= int(to); lead++ {
			for i := 0; i < len(trails); i += 2 {
				for trail := int(trails[i]); trail <= int(trails[i+1]); trail++ {
					out, err := enc.NewDecoder().Bytes([]byte{byte(lead), byte(trail)})
					if r, size := utf8.DecodeRune(out); err == nil && size == len(out) && r != utf8.RuneError {
						known[r] = true
					}
				}
			}
		}
	}
	take(simplifiedchinese.GBK, 0xa1, 0xa3, 0xa1, 0xfe)
	take(simplifiedchinese.GBK, 0xb0, 0xd7, 0xa1, 0xfe)
	take(traditionalchinese.Big5, 0xa1, 0xc6, 0x40, 0x7e, 0xa1, 0xfe)
	return known
})

// isPlausible tells whether a text is made of letters that texts are made of.
func isPlausible(text string) bool {
	good, all := 0, 0
	known := commonCharacters()
	for _, r := range text {
		all++
		if r == '\n' || r == '\r' || r == '\t' || ' ' <= r && r < 0x7f || known[r] {
			good++
		}
	}
	return all > 0 && good*10 >= all*9
}

func controls(raw []byte) int {
	n := 0
	for _, b := range raw {
		if b < 0x20 && b != '\n' && b != '\r' && b != '\t' && b != '\f' {
			n++
		}
	}
	return n
}

// countUTF8 counts the characters of several bytes and the invalid bytes.
func countUTF8(raw []byte) (valid, invalid, first int) {
	for i := 0; i < len(raw); {
		if raw[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRune(raw[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			if invalid == 0 {
				first = i
			}
			invalid++
		default:
			valid++
		}
		i += size
	}
	return valid, invalid, first
}

func decodeHint(err error) string {
	if errors.Is(err, ErrBinary) {
		return "save it as one of the kinds that are read (" + strings.ReplaceAll(FormatNames, "\n", " ") + ")"
	}
	return "save it again as UTF-8"
}
