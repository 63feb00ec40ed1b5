package web

import (
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhiwen/bot/api"
	"zhiwen/rag"
)

//go:embed templates static
var files embed.FS

// pageTemplates holds a template for each page, each with the frame around it.
var pageTemplates = parsePages("home", "article", "articles", "key", "failure")

func parsePages(names ...string) map[string]*template.Template {
	pages := map[string]*template.Template{}
	for _, name := range names {
		pages[name] = template.Must(template.New("frame.html").Funcs(template.FuncMap{"runs": runsOf, "lines": answerLines, "to": api.CitationPath, "articlePath": api.ArticlePath}).
			ParseFS(files, "templates/frame.html", "templates/answer.html", "templates/"+name+".html"))
	}
	return pages
}

const (
	// pagePolicy lets a page use what this server sends and nothing else.
	pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	langCookie = "zhiwen_lang"
	cookieAge  = 365 * 24 * 3600 // seconds
	perPage    = 50              // articles
)

// pages are the routes for people.
func (s *Server) pages() []route {
	static, err := fs.Sub(files, "static")
	if err != nil {
		panic(err) // it is embedded
	}
	assets := http.StripPrefix("/static/", http.FileServerFS(static))
	return []route{
		{method: "GET", path: "/{$}", name: "home", page: true, handle: s.home},
		{method: "GET", path: "/a/{id}", name: "source", page: true, handle: s.sourcePage},
		{method: "GET", path: "/a/{$}", name: "source", page: true, handle: s.sourcePage}, // the ID is in the query
		{method: "GET", path: "/articles", name: "collection", page: true, handle: s.collection},
		{method: "POST", path: "/key", name: "key", page: true, open: true, asks: true, handle: s.takeKey},
		{method: "GET", path: "/static/{file}", name: "static", page: true, open: true, handle: func(w http.ResponseWriter, r *http.Request) error {
			w.Header().Set("Cache-Control", "no-cache")
			assets.ServeHTTP(w, r)
			return nil
		}},
	}
}

// view is what every page is made from.
type view struct {
	T       words
	Here    string // path and query, for the switch of languages
	Keyed   bool   // asks with a key from the page
	Title   string
	Content any
}

// render writes a page.
func (s *Server) render(w http.ResponseWriter, r *http.Request, status int, page string, title string, content any) error {
	t := wordsOf(w, r)
	_, err := r.Cookie(keyCookie)
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", pagePolicy)
	header.Set("Referrer-Policy", "same-origin")
	header.Set("Cache-Control", "no-store")
	header.Add("Vary", "Accept-Language, Cookie")
	here := *r.URL
	query := here.Query()
	query.Set("lang", t.Other)
	here.RawQuery = query.Encode()
	var out strings.Builder
	if err := pageTemplates[page].Execute(&out, view{T: t, Here: here.RequestURI(), Keyed: err == nil, Title: title, Content: content}); err != nil {
		return fmt.Errorf("render the page %s: %w", page, err)
	}
	w.WriteHeader(status)
	_, _ = w.Write([]byte(out.String()))
	return nil
}

// wordsOf chooses the language of a page: the one asked for now, the one asked
// for before, or the one that the browser prefers.
func wordsOf(w http.ResponseWriter, r *http.Request) words {
	if lang := r.URL.Query().Get("lang"); lang == "zh" || lang == "en" {
		http.SetCookie(w, &http.Cookie{Name: langCookie, Value: lang, Path: "/", MaxAge: cookieAge, HttpOnly: true, SameSite: http.SameSiteLaxMode})
		return texts[lang]
	}
	if cookie, err := r.Cookie(langCookie); err == nil && texts[cookie.Value].Lang != "" {
		return texts[cookie.Value]
	}
	if lang := preferred(r); lang != "" {
		return texts[lang]
	}
	return texts["zh"]
}

// preferred is the language of ours that a request would rather read, "" for none.
func preferred(r *http.Request) string {
	for tag := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag = strings.ToLower(strings.TrimSpace(tag))
		if strings.HasPrefix(tag, "zh") {
			return "zh"
		}
		if strings.HasPrefix(tag, "en") {
			return "en"
		}
	}
	return ""
}

// homeView is the page to ask on, with the answer to its question if it came
// with one: that way it works without scripts.
type homeView struct {
	Question string
	Answer   *api.Answer
	Problem  string
	Articles int
	Years    []int
}

func (s *Server) home(w http.ResponseWriter, r *http.Request) error {
	all, err := s.Library.Articles(r.Context())
	if err != nil {
		return err
	}
	v := homeView{Question: r.URL.Query().Get("q"), Articles: len(all)}
	for _, a := range all {
		if year := a.Published.Year(); !a.Published.IsZero() && !slices.Contains(v.Years, year) {
			v.Years = append(v.Years, year)
		}
	}
	slices.Sort(v.Years)
	if v.Question == "" {
		return s.render(w, r, http.StatusOK, "home", "", v)
	}
	status := http.StatusOK
	doc, err := s.answerFor(w, r, v.Question)
	if err != nil {
		e := s.classify(r, err)
		status, v.Problem = e.status, e.in(wordsOf(w, r).Lang)
	} else {
		v.Answer = &doc
	}
	return s.render(w, r, status, "home", v.Question, v)
}

func (s *Server) answerFor(w http.ResponseWriter, r *http.Request, question string) (api.Answer, error) {
	text, err := api.CleanQuestion(question)
	if err != nil {
		return api.Answer{}, err
	}
	who, err := s.identify(r.Context(), r)
	if err != nil {
		return api.Answer{}, err
	}
	if err := s.guard.Load().allowance(w, asker(who, r)); err != nil {
		return api.Answer{}, err
	}
	return api.Ask(r.Context(), s.gate, api.Request{Question: text}, rag.AnswerOptions{})
}

// collectionView lists articles with what they can be filtered by.
type collectionView struct {
	List           api.ArticleList
	Filter         api.Filter
	Years          []int
	Sources        []string
	Previous, Next string // addresses, "" where there is nothing
}

func (s *Server) collection(w http.ResponseWriter, r *http.Request) error {
	f, err := filter(r)
	if err != nil {
		return err
	}
	f.Limit = perPage
	v := collectionView{Filter: f}
	if v.List, err = api.List(r.Context(), s.Library, f); err != nil {
		return err
	}
	all, err := s.Library.Articles(r.Context())
	if err != nil {
		return err
	}
	for _, a := range all {
		if year := a.Published.Year(); !a.Published.IsZero() && !slices.Contains(v.Years, year) {
			v.Years = append(v.Years, year)
		}
		if a.Source != "" && !slices.Contains(v.Sources, a.Source) {
			v.Sources = append(v.Sources, a.Source)
		}
	}
	slices.Sort(v.Years)
	slices.Reverse(v.Years)
	slices.Sort(v.Sources)
	page := func(offset int) string {
		query := url.Values{"year": {strconv.Itoa(f.Year)}, "source": {f.Source}, "text": {f.Text}, "offset": {strconv.Itoa(offset)}}
		return "/articles?" + query.Encode()
	}
	if f.Offset > 0 {
		v.Previous = page(max(f.Offset-perPage, 0))
	}
	if next := f.Offset + len(v.List.Articles); next < v.List.Total {
		v.Next = page(next)
	}
	return s.render(w, r, http.StatusOK, "articles", wordsOf(w, r).Collection, v)
}

// keyView asks for the key, and then goes where the person wanted to go.
type keyView struct {
	To    string
	Wrong bool
}

func (s *Server) askForKey(w http.ResponseWriter, r *http.Request) {
	_ = s.render(w, r, http.StatusUnauthorized, "key", wordsOf(w, r).KeyTitle, keyView{To: r.URL.RequestURI()})
}

// takeKey keeps a valid key in a cookie that scripts cannot read and that does
// not come along from other sites; an empty one forgets it.
func (s *Server) takeKey(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm("key", "the form cannot be read; send it again", "表单无法读取，请重新填写。")
	}
	to := r.PostForm.Get("to")
	if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n") {
		to = "/"
	}
	cookie := &http.Cookie{Name: keyCookie, Value: strings.TrimSpace(r.PostForm.Get("key")), Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode,
		Secure: r.TLS != nil || strings.HasPrefix(s.guard.Load().settings.PublicURL, "https:"), MaxAge: cookieAge}
	if cookie.Value == "" {
		cookie.MaxAge = -1
	} else {
		ok := false
		if s.Keys != nil {
			var err error
			if _, ok, err = s.Keys.Find(r.Context(), cookie.Value); err != nil {
				return err
			}
		}
		if !ok {
			return s.render(w, r, http.StatusUnauthorized, "key", wordsOf(w, r).KeyTitle, keyView{To: to, Wrong: true})
		}
	}
	http.SetCookie(w, cookie)
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// failPage tells a person what went wrong.
func (s *Server) failPage(w http.ResponseWriter, r *http.Request, err error) {
	e := s.classify(r, err)
	text := wordsOf(w, r).Failure(e)
	if err := s.render(w, r, e.status, "failure", text, text); err != nil {
		s.fail(w, r, plainErrors, err)
	}
}

// Date shows a day in the page's language; templates call it.
func (t words) Date(day string) string {
	when, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return t.NoDate
	}
	return when.Format(t.DateForm)
}
