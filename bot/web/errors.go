package web

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"

	"zhiwen/bot/api"
	"zhiwen/rag"
)

// httpError is an error with what the client is told: a status and, for those
// protocols that have them, a code and the parameter that is wrong.
type httpError struct {
	status int
	code   string
	param  string
	err    error
}

func (e *httpError) Error() string { return e.err.Error() }
func (e *httpError) Unwrap() error { return e.err }

// in is the error's sentence in a language; what has none in Chinese is said in English.
func (e *httpError) in(lang string) string {
	if said := api.Chinese(e.err); lang == "zh" && said != "" {
		return said
	}
	return e.Error()
}

// badForm is a bad request that a person may have made on the page.
func badForm(param, english, chinese string) error {
	return &httpError{status: http.StatusBadRequest, code: "invalid_request", param: param, err: api.InBoth(errors.New(english), chinese)}
}

func badRequest(param, format string, args ...any) error {
	return &httpError{status: http.StatusBadRequest, code: "invalid_request", param: param, err: fmt.Errorf(format, args...)}
}

// classify says what a client is told of an error. What is ours alone is logged
// and becomes a general sentence.
func (s *Server) classify(r *http.Request, err error) *httpError {
	var known *httpError
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &tooLarge):
		return &httpError{status: http.StatusRequestEntityTooLarge, code: "too_large",
			err: api.InBoth(fmt.Errorf("the request is larger than %d bytes; shorten the history", tooLarge.Limit), fmt.Sprintf("请求超过了 %d 字节，请另起一个新对话。", tooLarge.Limit))}
	case errors.Is(err, api.ErrBusy):
		return &httpError{status: http.StatusServiceUnavailable, code: "busy", err: err}
	case errors.Is(err, api.ErrNoArticle):
		return &httpError{status: http.StatusNotFound, code: "not_found", err: err}
	case errors.Is(err, api.ErrBadRequest), errors.Is(err, rag.ErrEmptyQuestion), errors.Is(err, rag.ErrQuestionTooLong):
		return &httpError{status: http.StatusBadRequest, code: "invalid_request", err: err}
	case r.Context().Err() != nil:
		return &httpError{status: statusGone, code: "gone", err: errors.New("the client has gone")}
	}
	s.Logger.Error("request failed", "path", r.URL.Path, "error", err)
	if errors.Is(err, rag.ErrDamaged) {
		return &httpError{status: http.StatusInternalServerError, code: "damaged", err: api.ErrDamaged}
	}
	return &httpError{status: http.StatusInternalServerError, code: "internal",
		err: api.InBoth(errors.New("the question could not be answered; the log says why"), "没能作答，原因在服务器的日志里。")}
}

// statusGone is nginx's status for a client that did not wait.
const statusGone = 499

// dialect is the form that a protocol gives errors.
type dialect int

const (
	plainErrors  dialect = iota // {"error": "…"}
	openAIErrors                // {"error": {"message", "type", "param", "code"}}
	difyErrors                  // {"error_code", "error_msg"}
)

// failure is the document of an error.
type failure struct {
	Error string `json:"error" jsonschema:"what is wrong and what to do"`
}

type openAIFailure struct {
	Error openAIError `json:"error"`
}

type openAIError struct {
	Message string  `json:"message"`
	Type    string  `json:"type"`
	Param   *string `json:"param"`
	Code    string  `json:"code"`
}

type difyFailure struct {
	Code    int    `json:"error_code" jsonschema:"1001 no or a malformed key, 1002 a wrong key, 2001 no such knowledge base, otherwise the status"`
	Message string `json:"error_msg"`
}

// document gives an error the form of a protocol. Only our own form is read by people,
// in the language that they asked for.
func (d dialect) document(e *httpError, lang string) any {
	switch d {
	case openAIErrors:
		doc := openAIError{Message: e.Error(), Type: "invalid_request_error", Code: e.code}
		if e.param != "" {
			doc.Param = &e.param
		}
		switch {
		case e.status == http.StatusUnauthorized:
			doc.Type = "authentication_error"
		case e.status == http.StatusTooManyRequests:
			doc.Type = "rate_limit_error"
		case e.status >= 500:
			doc.Type = "server_error"
		}
		return openAIFailure{doc}
	case difyErrors:
		codes := map[string]int{"no_key": 1001, "invalid_key": 1002, "no_knowledge": 2001}
		code, ok := codes[e.code]
		if !ok {
			code = e.status
		}
		return difyFailure{Code: code, Message: e.Error()}
	}
	return failure{e.in(lang)}
}

func (s *Server) fail(w http.ResponseWriter, r *http.Request, d dialect, err error) {
	e := s.classify(r, err)
	if e.status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	if e.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer") // RFC 9110, section 15.5.2
	}
	_ = send(w, e.status, d.document(e, preferred(r))) // a client that has gone is no error of ours
}

// send writes a document. Its error is that of the connection.
func send(w http.ResponseWriter, status int, doc any) error {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = api.Write(w, doc)
	return nil
}

func text(w http.ResponseWriter, body string) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, body)
	return nil
}

// readBody reads a request's body within the limit.
func readBody(r *http.Request) ([]byte, error) {
	raw, err := io.ReadAll(r.Body)
	var tooLarge *http.MaxBytesError
	var late net.Error
	switch {
	case err == nil, errors.As(err, &tooLarge):
		return raw, err
	case errors.As(err, &late) && late.Timeout():
		return nil, &httpError{status: http.StatusRequestTimeout, code: "incomplete",
			err: api.InBoth(errors.New("the request did not arrive as a whole in time; send it again"), "请求没有及时传完，请再发一次。")}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, badForm("", "the body of the request is shorter than it was said to be; send all of it", "请求的内容没有传完，请再发一次。")
	}
	return nil, badForm("", "the body of the request is not in the chunks that its header announces (Transfer-Encoding: chunked); send it with Content-Length, or in valid chunks",
		"请求的内容不是有效的分块传输（Transfer-Encoding: chunked），请改用 Content-Length 再发一次。")
}
