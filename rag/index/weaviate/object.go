package weaviate

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhiwen/rag/article"
	"zhiwen/rag/index"
	"zhiwen/rag/index/ingest"
)

// object is an object as the server takes it.
type object struct {
	Class      string    `json:"class"`
	ID         string    `json:"id"`
	Properties any       `json:"properties"`
	Vector     []float32 `json:"vector,omitempty"`
}

// uuid makes the ID of an object out of what it stands for.
func uuid(parts ...string) string {
	b := digest(parts...)
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80 // version 8: made by a rule of one's own
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

// digest sums texts up, each preceded by its length.
func digest(parts ...string) []byte {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return h.Sum(nil)
}

func checksum(parts ...string) string { return hex.EncodeToString(digest(parts...)[:8]) }

func vectorSum(v []float32) string {
	b := make([]byte, 0, 4*len(v))
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return checksum(string(b))
}

// articleObject is an article as the cluster keeps it; see classes.
type articleObject struct {
	ArticleID  string `json:"articleId"`
	Title      string `json:"title"`
	Published  string `json:"published"`
	Author     string `json:"author"`
	Source     string `json:"source"`
	URL        string `json:"url"`
	Path       string `json:"path"`
	Paragraphs string `json:"paragraphs"`
	Day        int    `json:"day,omitempty"`
	Year       int    `json:"year"`
	Passages   int    `json:"passages"`
	Words      int    `json:"words"`
	TitleWords int    `json:"titleWords"`
	Digest     string `json:"digest"`
	Embedder   string `json:"embedder"`
	Version    string `json:"version"`
	Checksum   string `json:"checksum"`
}

const articleFields = "articleId title published author source url path paragraphs day year passages words titleWords digest embedder version checksum"

func (o *articleObject) sum() string {
	return checksum(o.ArticleID, o.Title, o.Published, o.Author, o.Source, o.URL, o.Path, o.Paragraphs,
		strconv.Itoa(o.Day), strconv.Itoa(o.Year), strconv.Itoa(o.Passages), strconv.Itoa(o.Words), strconv.Itoa(o.TitleWords), o.Digest, o.Embedder, o.Version)
}

// passageObject is a passage as the cluster keeps it; see classes.
type passageObject struct {
	PassageID  string `json:"passageId"`
	ArticleID  string `json:"articleId"`
	Version    string `json:"version"`
	Number     int    `json:"number"`
	Spans      string `json:"spans"`
	Terms      string `json:"terms"`
	TitleTerms string `json:"titleTerms"`
	TextKey    string `json:"textKey"`
	Checksum   string `json:"checksum"`
	VectorSum  string `json:"vectorSum"`
}

const passageFields = "passageId articleId version number spans terms titleTerms textKey checksum vectorSum"

func (o *passageObject) sum() string {
	return checksum(o.PassageID, o.ArticleID, o.Version, strconv.Itoa(o.Number), o.Spans, o.Terms, o.TitleTerms, o.TextKey, o.VectorSum)
}

// pendingObject is a change that was begun, and may be done; see classes.
type pendingObject struct {
	ArticleID string `json:"articleId"`
	Kind      string `json:"kind"`
	Version   string `json:"version"`
	Replaces  string `json:"replaces"`
	Note      string `json:"note"` // its own ID, once it is done
}

const (
	kindWrite  = "write"
	kindDelete = "delete"
	kindDone   = "done"
)

// gone is the version of an article that was removed. A node that was away while
// an object was deleted gives it back to the others when it returns; what is
// written over is newer for all of them. So deletions are written first, and
// carried out when all nodes have heard of them (sweep).
const gone = "gone"

// tombstone takes an article's place.
func (s *Store) tombstone(id string) object {
	o := articleObject{ArticleID: id, Version: gone, Embedder: gone, Year: -1}
	o.Checksum = o.sum()
	return object{Class: s.class(articleClass), ID: uuid("article", id), Properties: o}
}

// version names what a job writes: equal contents have equal versions, so that
// whoever writes them, and how often, they are the same objects.
func (s *Store) version(j *ingest.Job) string {
	return hex.EncodeToString(digest(j.Article.ID, j.Digest, s.embedderKey())[:16])
}

// embedderKey tells embedders apart as far as their vectors may not be mixed.
func (s *Store) embedderKey() string {
	i := s.opts.EmbedderInfo
	if i.Fingerprint != "" {
		return i.Fingerprint
	}
	return i.Provider + "/" + i.Model
}

// objects makes what is written of an article: the article, and its passages.
func (s *Store) objects(j *ingest.Job, segment func(string) []string) (object, []object, error) {
	a, version := j.Article, s.version(j)
	paragraphs, err := json.Marshal(a.Paragraphs)
	if err != nil {
		return object{}, nil, err
	}
	title := j.TitleWords(segment)
	o := articleObject{
		ArticleID: a.ID, Title: a.Title, Author: a.Author, Source: a.Source, URL: a.URL, Path: a.Path,
		Paragraphs: string(paragraphs), Passages: len(j.Passages), TitleWords: len(title) * len(j.Passages),
		Digest: j.Digest, Embedder: s.embedderKey(), Version: version,
	}
	if !a.Published.IsZero() {
		o.Published = a.Published.Format(time.DateOnly)
		o.Day, _ = strconv.Atoi(a.Published.Format("20060102"))
		o.Year = a.Published.Year()
	}
	var passages []object
	for i, p := range j.Passages {
		spans, err := ingest.EncodeSpans(p.Spans)
		if err != nil {
			return object{}, nil, err
		}
		words := j.PassageWords(i, segment)
		o.Words += len(words)
		q := passageObject{
			PassageID: p.ID, ArticleID: a.ID, Version: version, Number: i + 1, Spans: spans,
			Terms: strings.Join(words, " "), TitleTerms: strings.Join(title, " "),
			TextKey: j.Keys[i], VectorSum: vectorSum(j.Vectors[i]),
		}
		q.Checksum = q.sum()
		passages = append(passages, object{s.class(passageClass), uuid("passage", version, strconv.Itoa(i+1)), q, j.Vectors[i]})
	}
	o.Checksum = o.sum()
	return object{Class: s.class(articleClass), ID: uuid("article", a.ID), Properties: o}, passages, nil
}

// entry is an article as it was read and found to be what was once written.
type entry struct {
	article *article.Article
	version string
	size    int // bytes of its text, roughly
}

// Size implements [cache.Sized].
func (e *entry) Size() int { return e.size }

func (o *articleObject) entry() (*entry, error) {
	if o.sum() != o.Checksum {
		return nil, errors.New("its text does not have its checksum")
	}
	a := &article.Article{ID: o.ArticleID, Title: o.Title, Author: o.Author, Source: o.Source, URL: o.URL, Path: o.Path}
	if o.Published != "" {
		t, err := time.Parse(time.DateOnly, o.Published)
		if err != nil {
			return nil, err
		}
		a.Published = t
	}
	if err := json.Unmarshal([]byte(o.Paragraphs), &a.Paragraphs); err != nil {
		return nil, err
	}
	return &entry{a, o.Version, 2 * len(o.Paragraphs)}, nil
}

// get reads an object as a quorum of the replicas has it.
func (s *Store) get(ctx context.Context, l limits, class, id string, out any) error {
	level := s.opts.Consistency
	if level == "ALL" { // a write waited for all of them
		level = "ONE"
	}
	return s.client.call(ctx, l, request{
		method: http.MethodGet, path: "/v1/objects/" + s.class(class) + "/" + id, out: out,
		query: url.Values{"consistency_level": {level}},
	})
}

const (
	// batchSize is how many objects are sent at once. With vectors of 512
	// numbers that is half a megabyte.
	batchSize = 100
	// itemRetries is how often objects that a batch left out are sent again.
	itemRetries = 4
)

// batchReply is what became of an object of a batch.
type batchReply struct {
	ID     string
	Result struct {
		Status string
		Errors *struct {
			Error []struct{ Message string }
		}
	}
}

func (r batchReply) failure() string {
	if e := r.Result.Errors; e != nil && len(e.Error) > 0 {
		return e.Error[0].Message
	}
	if r.Result.Status != "SUCCESS" {
		return "status " + r.Result.Status
	}
	return ""
}

// put writes objects to a quorum of the replicas. Those that the answer says
// failed are sent again; what fails for good is an error that says why.
func (s *Store) put(ctx context.Context, objects []object) error {
	for part := range slices.Chunk(objects, batchSize) {
		for try := 0; len(part) > 0; try++ {
			var replies []batchReply
			err := s.client.call(ctx, writing, request{
				method: http.MethodPost, path: "/v1/batch/objects", out: &replies,
				query: url.Values{"consistency_level": {s.opts.Consistency}},
				body:  map[string]any{"objects": part},
			})
			if err != nil {
				return err
			}
			failed := map[string]string{}
			said := map[string]bool{}
			for _, r := range replies {
				said[r.ID] = true
				if why := r.failure(); why != "" {
					failed[r.ID] = why
				}
			}
			var again []object
			why := ""
			for _, o := range part {
				if f := failed[o.ID]; f != "" || !said[o.ID] {
					again, why = append(again, o), f
				}
			}
			if len(again) == 0 {
				break
			}
			if err := s.permanent(ctx, why); err != nil || try == itemRetries {
				return errors.Join(fmt.Errorf("%d of %d objects of class %s were not written: %s", len(again), len(part), again[0].Class, why), err)
			}
			s.log.Warn("objects were not written and are sent again", "objects", len(again), "because", why)
			part = again
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(200 * time.Millisecond << try):
			}
		}
	}
	return nil
}

// permanent says what an item's error means where another try is no use. A node
// does not say that another one is read-only, so that it has to be asked.
func (s *Store) permanent(ctx context.Context, why string) error {
	full := s.readOnlyNodes(ctx)
	switch {
	case strings.Contains(why, "read-only") || len(full) > 0 && len(full) > s.replicas-s.needed():
		return fmt.Errorf("%w: nodes of the cluster (%s) take no writes, as they do when their disk is nearly full (DISK_USE_READONLY_PERCENTAGE); make room there and set their shards to READY again (docs/cluster.md)",
			index.ErrReadOnly, strings.Join(full, ", "))
	case strings.Contains(why, "vector lengths don't match"), strings.Contains(why, "dimension"):
		return fmt.Errorf("%w: the cluster's vectors have another length", index.ErrOtherEmbedder)
	}
	return nil
}

// remove deletes the objects of a class that a filter fits.
func (s *Store) remove(ctx context.Context, class string, where map[string]any) error {
	for range 1000 { // a server deletes 10,000 at once
		var reply struct {
			Results struct{ Matches, Limit, Successful, Failed int }
		}
		err := s.client.call(ctx, writing, request{
			method: http.MethodDelete, path: "/v1/batch/objects", out: &reply,
			query: url.Values{"consistency_level": {s.opts.Consistency}},
			body:  map[string]any{"match": map[string]any{"class": s.class(class), "where": where}, "output": "minimal"},
		})
		if err != nil {
			return err
		}
		if r := reply.Results; r.Failed > 0 {
			return errors.Join(fmt.Errorf("%d of %d objects of class %s were not removed", r.Failed, r.Matches, s.class(class)), index.ErrReadOnly)
		} else if r.Limit == 0 || r.Matches < r.Limit {
			return nil
		}
	}
	return fmt.Errorf("objects of class %s do not go", s.class(class))
}

// removeWhere deletes the objects of a class whose property is one of the values.
func (s *Store) removeWhere(ctx context.Context, class, property string, values []string) error {
	for part := range slices.Chunk(values, batchSize) {
		err := s.remove(ctx, class, map[string]any{"path": []string{property}, "operator": "ContainsAny", "valueTextArray": part})
		if err != nil {
			return err
		}
	}
	return nil
}
