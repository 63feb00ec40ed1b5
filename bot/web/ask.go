package web

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"zhiwen/bot/api"
	"zhiwen/rag"
)

const (
	defaultK     = 10
	maxK         = 100
	defaultLimit = 100 // articles listed
	maxLimit     = 500
)

// askRequest describes what [api.ParseRequest] reads.
type askRequest struct {
	ID       string        `json:"id,omitempty" jsonschema:"comes back with the answer"`
	Question string        `json:"question"`
	History  []api.Earlier `json:"history,omitempty" jsonschema:"what was asked before, the oldest first"`
}

func (s *Server) ask(w http.ResponseWriter, r *http.Request) error {
	raw, err := readBody(r)
	if err != nil {
		return err
	}
	req, err := api.ParseRequest(raw)
	if err != nil {
		return err
	}
	links := s.links(r)
	if wantsEvents(r) {
		return s.stream(w, r, req, links)
	}
	doc, err := api.Ask(r.Context(), s.gate, req, rag.AnswerOptions{Explain: r.URL.Query().Get("explain") == "1"})
	if err != nil {
		return err
	}
	doc.Link(links)
	return send(w, http.StatusOK, doc)
}

// sentence is a verified sentence with the citations it is the first to use.
type sentence struct {
	Text      string         `json:"text"`
	Citations []api.Citation `json:"citations,omitempty"`
}

// stream sends sentences as they are verified. After the first byte an error
// can only be an event.
func (s *Server) stream(w http.ResponseWriter, r *http.Request, req api.Request, links api.Links) error {
	events := newEvents(w)
	doc, err := api.Ask(r.Context(), s.gate, req, rag.AnswerOptions{
		OnSentence: func(s rag.Sentence) error {
			return events.send("sentence", sentence{Text: s.Lead + s.Text, Citations: links.Citations(s.Citations)})
		},
	})
	if err != nil {
		if !events.begun {
			return err
		}
		_ = events.send("error", plainErrors.document(s.classify(r, err), preferred(r))) // the client may be gone
		return err
	}
	doc.Link(links)
	return events.send("answer", doc)
}

// events writes server-sent events.
type events struct {
	w     http.ResponseWriter
	begun bool
}

func newEvents(w http.ResponseWriter) *events { return &events{w: w} }

// send sends a document as one event; without a name it is a mere message.
func (e *events) send(name string, doc any) error {
	data, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	if name != "" {
		name = "event: " + name + "\n"
	}
	return e.write(fmt.Sprintf("%sdata: %s\n\n", name, data))
}

func (e *events) write(text string) error {
	if !e.begun {
		e.begun = true
		header := e.w.Header()
		header.Set("Content-Type", "text/event-stream; charset=utf-8")
		header.Set("Cache-Control", "no-store")
		header.Set("X-Accel-Buffering", "no") // nginx would hold the sentences back
	}
	if _, err := fmt.Fprint(e.w, text); err != nil {
		return err
	}
	return http.NewResponseController(e.w).Flush()
}

// wantsEvents says whether the client asked for server-sent events.
func wantsEvents(r *http.Request) bool {
	for accepted := range strings.SplitSeq(r.Header.Get("Accept"), ",") {
		if kind, _, err := mime.ParseMediaType(accepted); err == nil && kind == "text/event-stream" {
			return true
		}
	}
	return false
}

func (s *Server) search(w http.ResponseWriter, r *http.Request) error {
	text, err := api.CleanQuestion(r.URL.Query().Get("q"))
	if err != nil {
		return api.InBoth(fmt.Errorf("parameter q: %w", err), "参数 q："+api.Chinese(err))
	}
	k, err := number(r, "k", defaultK, 1, maxK)
	if err != nil {
		return err
	}
	doc, err := api.Find(r.Context(), s.gate, api.Request{Question: text}, k)
	if err != nil {
		return err
	}
	return send(w, http.StatusOK, doc)
}

func (s *Server) articles(w http.ResponseWriter, r *http.Request) error {
	f, err := filter(r)
	if err != nil {
		return err
	}
	list, err := api.List(r.Context(), s.Library, f)
	if err != nil {
		return err
	}
	links := s.links(r)
	for i := range list.Articles {
		list.Articles[i].Link = links.Article(list.Articles[i].ID)
	}
	return send(w, http.StatusOK, list)
}

// filter reads which articles a request wants to see.
func filter(r *http.Request) (api.Filter, error) {
	query := r.URL.Query()
	f := api.Filter{Source: query.Get("source"), Text: query.Get("text")}
	var err error
	if f.Year, err = number(r, "year", 0, 0, 9999); err != nil {
		return f, err
	}
	if f.Limit, err = number(r, "limit", defaultLimit, 1, maxLimit); err != nil {
		return f, err
	}
	f.Offset, err = number(r, "offset", 0, 0, 1<<30)
	return f, err
}

func (s *Server) article(w http.ResponseWriter, r *http.Request) error {
	paragraph, err := number(r, "paragraph", 0, 0, 1<<30)
	if err != nil {
		return err
	}
	around, err := number(r, "around", 0, 0, 1<<20)
	if err != nil {
		return err
	}
	doc, err := api.Show(r.Context(), s.Library, r.PathValue("id"), paragraph, around)
	if err != nil {
		return err
	}
	doc.Link = s.links(r).Article(doc.ID)
	return send(w, http.StatusOK, doc)
}

// number reads a parameter of the query within bounds; absent or empty it is
// what usually holds.
func number(r *http.Request, name string, usual, low, high int) (int, error) {
	raw := r.URL.Query().Get(name)
	if raw == "" {
		return usual, nil
	}
	n, err := strconv.Atoi(raw)
	if err != nil || n < low || n > high {
		return 0, badForm(name, fmt.Sprintf("parameter %s must be a number between %d and %d", name, low, high),
			fmt.Sprintf("参数 %s 必须是 %d 到 %d 之间的数。", name, low, high))
	}
	return n, nil
}

// links returns how this server's pages are reached: by its public address, or
// else by the one that the request came by, which the guard has let through.
func (s *Server) links(r *http.Request) api.Links {
	if base := s.guard.Load().settings.PublicURL; base != "" {
		return api.Links{Base: base}
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return api.Links{Base: scheme + "://" + r.Host}
}
