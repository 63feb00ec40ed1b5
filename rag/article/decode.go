package article

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// decode returns the text of a document with \n line ends. Its errors wrap
// ErrBinary or ErrEncoding.
func decode(raw []byte) (string, error) {
	text, err := toUTF8(raw)
	if err != nil {
		return "", err
	}
	if strings.ContainsRune(text, '\r') {
		text = strings.ReplaceAll(text, "\r\n", "\n")
		text = strings.ReplaceAll(text, "\r", "\n")
	}
	return text, nil
}

func toUTF8(raw []byte) (string, error) {
	switch {
	case bytes.HasPrefix(raw, []byte("\xef\xbb\xbf")):
		raw = raw[3:]
	case bytes.HasPrefix(raw, []byte("\xff\xfe")), bytes.HasPrefix(raw, []byte("\xfe\xff")):
		return convert(raw, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), "UTF-16")
	}
	if at := bytes.IndexByte(raw, 0); at >= 0 {
		return "", fmt.Errorf("%w: it holds a zero byte at offset %d, as pictures, PDF and Word documents do", ErrBinary, at)
	}
	if bytes.HasPrefix(raw, []byte("%PDF-")) {
		return "", fmt.Errorf("%w: it is a PDF", ErrBinary)
	}
	if controls(raw)*50 > len(raw) {
		return "", fmt.Errorf("%w: it is full of control characters", ErrBinary)
	}
	valid, invalid, first := countUTF8(raw)
	if invalid == 0 {
		return string(raw), nil
	}
	wrong := fmt.Errorf("%w: the first invalid byte is at offset %d", ErrEncoding, first)
	if invalid*4 < valid || !plausibleGB18030(raw) {
		// A damaged byte in UTF-8 may well be valid GB18030, only gibberish.
		return "", wrong
	}
	text, err := convert(raw, simplifiedchinese.GB18030, "GB18030")
	if err != nil {
		return "", wrong
	}
	return text, nil
}

func convert(raw []byte, enc encoding.Encoding, name string) (string, error) {
	out, err := enc.NewDecoder().Bytes(raw)
	if err != nil {
		return "", fmt.Errorf("%w: decoding %s: %w", ErrEncoding, name, err)
	}
	if bytes.IndexByte(out, 0) >= 0 {
		return "", fmt.Errorf("%w: it holds a NUL character", ErrBinary)
	}
	if at := bytes.Index(out, []byte("\uFFFD")); at >= 0 {
		return "", fmt.Errorf("%w: invalid %s after %d characters", ErrEncoding, name, utf8.RuneCount(out[:at]))
	}
	return string(out), nil
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

// plausibleGB18030 tells whether most characters are from the part that
// everyday Chinese uses: rows of punctuation and of common characters. Other
// encodings and random bytes scatter over the whole range.
func plausibleGB18030(raw []byte) bool {
	common, all := 0, 0
	for i := 0; i < len(raw); i++ {
		if raw[i] < 0x80 {
			continue
		}
		all++
		if i+1 >= len(raw) {
			break
		}
		lead, trail := raw[i], raw[i+1]
		i++
		if trail < 0xa1 {
			continue
		}
		if 0xb0 <= lead && lead <= 0xd7 || 0xa1 <= lead && lead <= 0xa3 {
			common++
		}
	}
	return common*10 >= all*8
}

func decodeHint(err error) string {
	if errors.Is(err, ErrBinary) {
		return "save it as text, HTML, Markdown or JSON Lines first"
	}
	return "save it again as UTF-8"
}
