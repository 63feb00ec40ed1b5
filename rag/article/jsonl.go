package article

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// record is one line of a JSON Lines document.
type record struct {
	ID        json.RawMessage `json:"id"` // a string or a number
	Title     string          `json:"title"`
	Published string          `json:"published"`
	Date      string          `json:"date"`
	Author    string          `json:"author"`
	Source    string          `json:"source"`
	URL       string          `json:"url"`
	Text      string          `json:"text"`
	Content   string          `json:"content"`
	Question  answers         `json:"question"`
	Answer    answers         `json:"answer"`
}

// answers is a question or what answers it, a line for each of several.
type answers string

func (a *answers) UnmarshalJSON(raw []byte) error {
	var one string
	var several []string
	switch {
	case json.Unmarshal(raw, &one) == nil:
		*a = answers(one)
	case json.Unmarshal(raw, &several) == nil:
		*a = answers(strings.Join(several, "\n"))
	}
	return nil // data of another kind is no text
}

// publishFields are other names for the day of publication, in small letters.
var publishFields = []string{"publish_time", "publishtime", "publish_date", "publishdate", "published_at", "publishedat", "pub_time", "pubtime", "pub_date", "pubdate"}

// publishedField reads the day from a field that is called otherwise: a date, or the
// seconds or milliseconds since 1970. What is not understood is no day.
func publishedField(line string) (time.Time, string) {
	var fields map[string]json.RawMessage
	if json.Unmarshal([]byte(line), &fields) != nil {
		return time.Time{}, ""
	}
	for name, raw := range fields {
		if !slices.Contains(publishFields, strings.ToLower(name)) || string(raw) == "null" || string(raw) == `""` {
			continue
		}
		var text string
		if json.Unmarshal(raw, &text) != nil {
			text = string(raw)
		}
		if day, ok := parseDay(text); ok {
			return day, ""
		}
		if n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64); err == nil && n > 1e8 {
			if n > 1e11 {
				n /= 1000
			}
			at := time.Unix(n, 0).In(china)
			return time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC), ""
		}
		return time.Time{}, name + ": " + text
	}
	return time.Time{}, ""
}

// yearAlone is a date of which the day is not known.
var yearAlone = regexp.MustCompile(`^(?:19|20)\d{2}年?(?:[-/.]?\d{1,2}月?)?$`)

// looksLikeJSONL accepts documents of which at least one line is a record, and
// those that say so in their name and begin like one.
func looksLikeJSONL(text, path string) bool {
	text = strings.TrimLeft(text, " \t\n")
	named := strings.EqualFold(filepath.Ext(path), ".jsonl") || strings.EqualFold(filepath.Ext(path), ".ndjson")
	if named {
		return true
	}
	if !strings.HasPrefix(text, "{") {
		return false
	}
	tried := 0
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		var r record
		if json.Unmarshal([]byte(line), &r) == nil && r.body() != "" {
			return true
		}
		if tried++; tried == 100 {
			break
		}
	}
	return false
}

// body is the text of a record, or the answer to its question.
func (r record) body() string {
	if text := r.text(); text != "" {
		return text
	}
	return strings.TrimSpace(string(r.Answer))
}

func (r record) text() string {
	if strings.TrimSpace(r.Text) != "" {
		return r.Text
	}
	return strings.TrimSpace(r.Content)
}

// parseJSONL reads a record per line. Each bad line is an error of its own.
func parseJSONL(text, path string, opts Options) ([]draft, error) {
	var drafts []draft
	var problems []error
	unread := newUnreadFields(opts)
	defer unread.tell(opts)
	number, total := 0, strings.Count(text, "\n")+1
	for line := range strings.SplitSeq(text, "\n") {
		number++
		if err := opts.stopped(); err != nil {
			return nil, err
		}
		opts.progress("lines", number, total)
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		unread.add([]byte(line))
		d, err := parseRecord(line, opts)
		if err != nil {
			problems = append(problems, &PathError{Path: path, Line: number, Err: fmt.Errorf("%w: %w", ErrMalformed, err),
				Hint: "each line must be a JSON object with id, title, published, url and text, or question and answer, of which text or answer is required"})
			continue
		}
		d.line = number
		drafts = append(drafts, d)
	}
	return drafts, joinErrors(problems)
}

func parseRecord(line string, opts Options) (draft, error) {
	var r record
	if err := json.Unmarshal([]byte(line), &r); err != nil {
		return draft{}, explainJSON(err)
	}
	if r.body() == "" {
		return draft{}, errors.New("the text is missing")
	}
	m := meta{title: strings.TrimSpace(r.Title), author: strings.TrimSpace(r.Author), source: strings.TrimSpace(r.Source)}
	if m.title == "" {
		m.title = strings.TrimSpace(string(r.Question))
	}
	if isWebAddress(r.URL) {
		m.url = r.URL
	}
	if len(r.ID) > 0 && string(r.ID) != "null" {
		var id string
		var number json.Number
		switch {
		case json.Unmarshal(r.ID, &id) == nil:
			m.id = strings.TrimSpace(id)
		case json.Unmarshal(r.ID, &number) == nil:
			m.id = number.String()
		default:
			return draft{}, errors.New("the id is neither text nor a number")
		}
		if utf8.RuneCountInString(m.id) > 200 || strings.ContainsAny(m.id, "\n\t#") {
			return draft{}, errors.New("the id is longer than 200 characters or holds a line break, a tab or #")
		}
	}
	for _, date := range []string{r.Published, r.Date} {
		if date == "" {
			continue
		}
		day, ok := parseDay(date)
		if !ok && yearAlone.MatchString(strings.TrimSpace(date)) {
			m.undated = "published: " + date
			continue
		}
		if !ok {
			return draft{}, fmt.Errorf("the date %.40q is not understood, write 2006-01-02", date)
		}
		m.published = day
		break
	}
	if m.published.IsZero() && m.undated == "" {
		m.published, m.undated = publishedField(line)
	}
	if looksLikeHTML(r.body()) {
		return parseHTML(r.body(), m, opts), nil
	}
	return parseLines(unwrap(splitLines(r.body())), m, opts), nil
}

// explainJSON says what is wrong without the decoder's vocabulary of Go types.
func explainJSON(err error) error {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		if wrong.Field == "" {
			return errors.New("it is not an object in braces")
		}
		return fmt.Errorf("%s has a value of the wrong kind (%s)", wrong.Field, wrong.Value)
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("it is no JSON from character %d on; look for a missing quote, comma or brace", syntax.Offset)
	}
	return err
}
