package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"zhiwen/rag"
)

const (
	// maxHistory is how many earlier turns a request may bring.
	maxHistory = 100
	// maxUnanswered is how many of them may come without their answers, each
	// of which is made anew.
	maxUnanswered = 5
)

// ErrBadRequest is wrapped by every error about what the asker sent.
var ErrBadRequest = errors.New("the question cannot be used")

// Unusable is an [ErrBadRequest] about something else than a question.
func Unusable(format string, args ...any) error { return unusable(fmt.Sprintf(format, args...)) }

type unusable string

func (e unusable) Error() string        { return string(e) }
func (e unusable) Is(target error) bool { return target == ErrBadRequest }

// Request is one question with what was asked before it, oldest first.
type Request struct {
	ID       string
	Question string
	History  []Earlier
}

// Earlier is a turn before the question. In JSON it is an object with
// "question" and "answer", or only the question as a string; the answer is then
// made anew.
type Earlier struct {
	Question string
	Answer   string
}

// UnmarshalJSON reads either form.
func (e *Earlier) UnmarshalJSON(raw []byte) error {
	if json.Unmarshal(raw, &e.Question) == nil {
		return nil
	}
	var turn struct {
		Question  string `json:"question"`
		UserInput string `json:"user_input"`
		Answer    string `json:"answer"`
	}
	if err := strict(raw, &turn); err != nil {
		return fmt.Errorf(`a turn of the history must be a string or an object with "question" and "answer": %w`, err)
	}
	e.Question, e.Answer = turn.Question+turn.UserInput, turn.Answer
	return nil
}

// notUTF8 is told before JSON is read: its decoder would put another character in the
// place of each broken byte, without a word.
var notUTF8 = InBoth(fmt.Errorf("%w: it is not valid UTF-8 text; save it as UTF-8 and try again", ErrBadRequest), "问题里有不是 UTF-8 的字符，请重新输入。")

// ParseRequest reads a request from a JSON object with "id", "question" (or
// "user_input", as evaluation files call it) and "history", and checks it.
// Errors wrap [ErrBadRequest]. Fields that evaluation files have besides are ignored; the
// id may be a number.
func ParseRequest(raw []byte) (Request, error) {
	var doc struct {
		ID        json.RawMessage `json:"id"`
		Question  string          `json:"question"`
		UserInput string          `json:"user_input"`
		History   []Earlier       `json:"history"`
	}
	if err := decode(raw, &doc, "%w: not a JSON object: %w; send it like {\"question\": \"…\"}"); err != nil {
		return Request{}, err
	}
	r := Request{Question: doc.Question, History: doc.History}
	if len(doc.ID) > 0 && string(doc.ID) != "null" {
		var number json.Number
		if json.Unmarshal(doc.ID, &r.ID) != nil {
			if json.Unmarshal(doc.ID, &number) != nil {
				return Request{}, fmt.Errorf(`%w: "id" must be a string or a number`, ErrBadRequest)
			}
			r.ID = number.String()
		}
	}
	if doc.Question != "" && doc.UserInput != "" {
		return r, fmt.Errorf(`%w: it has both "question" and "user_input"; keep one`, ErrBadRequest)
	}
	r.Question += doc.UserInput
	if len(r.History) > maxHistory {
		return r, fmt.Errorf("%w: the history has %d turns; send the last %d at most", ErrBadRequest, len(r.History), maxHistory)
	}
	var err error
	unanswered := 0
	for i := range r.History {
		if r.History[i].Answer == "" {
			unanswered++
		}
		if r.History[i].Question, err = CleanQuestion(r.History[i].Question); err != nil {
			return r, InBoth(fmt.Errorf("turn %d of the history: %w", i+1, err), fmt.Sprintf("前面第 %d 轮对话：%s", i+1, Chinese(err)))
		}
	}
	if unanswered > maxUnanswered {
		return r, fmt.Errorf("%w: %d turns of the history have no answer; send the answers along, or %d such turns at most", ErrBadRequest, unanswered, maxUnanswered)
	}
	r.Question, err = CleanQuestion(r.Question)
	return r, err
}

// CleanQuestion trims a question and folds line breaks and tabs in it to
// spaces. It refuses, wrapping [ErrBadRequest], what cannot be meant: nothing,
// more than [rag.MaxQuestionRunes] characters, control characters, broken UTF-8.
func CleanQuestion(text string) (string, error) {
	if !utf8.ValidString(text) {
		return "", notUTF8
	}
	text = strings.TrimSpace(strings.TrimPrefix(text, "\ufeff"))
	if text == "" {
		return "", InBoth(fmt.Errorf("%w: it is empty; write what you want to know", ErrBadRequest), "问题是空的，请写出想知道的事。")
	}
	if n := utf8.RuneCountInString(text); n > rag.MaxQuestionRunes {
		return "", InBoth(fmt.Errorf("%w: it has %d characters and at most %d are accepted; shorten it", ErrBadRequest, n, rag.MaxQuestionRunes),
			fmt.Sprintf("问题有 %d 个字，最多 %d 个，请缩短。", n, rag.MaxQuestionRunes))
	}
	var out strings.Builder
	position := 0
	for _, c := range text {
		position++
		switch {
		case c == '\n' || c == '\r' || c == '\t':
			out.WriteByte(' ')
		case unicode.IsControl(c):
			return "", InBoth(fmt.Errorf("%w: character %d is a control character (U+%04X); remove it", ErrBadRequest, position, c),
				fmt.Sprintf("问题的第 %d 个字符是控制字符（U+%04X），请去掉它。", position, c))
		default:
			out.WriteRune(c)
		}
	}
	return out.String(), nil
}

// Decode reads one JSON object into the target; unknown fields are passed over.
// Errors wrap [ErrBadRequest].
func Decode(raw []byte, target any) error {
	return decode(raw, target, "%w: not the JSON object expected: %w")
}

// decode does so; the format makes an error of ErrBadRequest and what is wrong.
func decode(raw []byte, target any, format string) error {
	if !utf8.Valid(raw) {
		return notUTF8
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	if err := dec.Decode(target); err != nil {
		return fmt.Errorf(format, ErrBadRequest, plainJSON(err))
	}
	if _, err := dec.Token(); err != io.EOF {
		return fmt.Errorf("%w: something follows the JSON object", ErrBadRequest)
	}
	return nil
}

// strict decodes one JSON value without fields that the target lacks.
func strict(raw []byte, target any) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	return plainJSON(dec.Decode(target))
}

// plainJSON says what is wrong without Go's names for types.
func plainJSON(err error) error {
	var wrongType *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrongType) && wrongType.Field != "":
		return fmt.Errorf("%q must not be a %s", wrongType.Field, wrongType.Value)
	case errors.As(err, &wrongType):
		return fmt.Errorf("a %s stands where an object should", wrongType.Value)
	case errors.As(err, &syntax):
		return fmt.Errorf("broken at byte %d", syntax.Offset)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return errors.New("it is cut off")
	}
	return err
}
