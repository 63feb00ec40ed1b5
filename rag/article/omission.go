package article

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Omission is a text of a document that did not become part of an article.
type Omission struct {
	Path   string         `json:"path"`
	Reason OmissionReason `json:"reason"`
	Text   string         `json:"text"` // its beginning, in one line
}

// OmissionReason says why a text was left out.
type OmissionReason string

// What is left out of documents.
const (
	OmitFurniture  OmissionReason = "furniture"  // navigation, buttons, what a site says about itself
	OmitCaption    OmissionReason = "caption"    // a picture's, with its photographer
	OmitRelated    OmissionReason = "related"    // other articles' titles and beginnings
	OmitMetadata   OmissionReason = "metadata"   // read as the article's date, author, source or address
	OmitHidden     OmissionReason = "hidden"     // what a reader of the page does not see
	OmitMarkup     OmissionReason = "markup"     // statements of MDX and the like, no text
	OmitUndecoded  OmissionReason = "undecoded"  // bytes that are no characters
	OmitDuplicate  OmissionReason = "duplicate"  // a record whose ID was taken
	OmitRepeated   OmissionReason = "repeated"   // a line that stands there twice, the same in another form
	OmitField      OmissionReason = "field"      // a field that is none of those that are read, or a date without a day
	OmitUnreadable OmissionReason = "unreadable" // a part of a document that could not be read
	// OmitRecognized is no omission but a warning: a text that was read off
	// pictures, in which characters may be wrong.
	OmitRecognized OmissionReason = "recognized"
	// OmitMisnamed is a warning too: a document was read as what it holds, which is
	// not what its name says.
	OmitMisnamed OmissionReason = "misnamed"
)

// maxOmission is how much of an omitted text is told, in runes.
const maxOmission = 80

// omit tells of a text that is left out. Marks without words are no text.
func (o Options) omit(reason OmissionReason, text string) {
	if o.Omitted == nil || !hasWords(text) {
		return
	}
	text = oneLine(text)
	if utf8.RuneCountInString(text) > maxOmission {
		text = string([]rune(text)[:maxOmission]) + "…"
	}
	o.Omitted(Omission{Reason: reason, Text: text})
}

// hasWords tells whether a text holds a letter or a digit.
func hasWords(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
}
