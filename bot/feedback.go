package bot

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"
	"unicode"

	"zhiwen/rag"
)

// Vote is what a reader thinks of an answer.
type Vote string

const (
	VoteUp   Vote = "up"
	VoteDown Vote = "down"
)

// Feedback keeps the readers' votes, each with its own copy of the question,
// the answer and the citations.
type Feedback struct {
	db *sql.DB
}

// NewFeedback works on a database that [Migrate] has prepared.
func NewFeedback(db *sql.DB) *Feedback { return &Feedback{db: db} }

// Add stores a user's vote on a logged answer; a later vote of the same user
// replaces it. It returns ErrNoAnswer when the answer is not in the log.
func (f *Feedback) Add(ctx context.Context, answerID, user string, vote Vote) error {
	if vote != VoteUp && vote != VoteDown {
		return fmt.Errorf("store feedback: unknown vote %q", vote)
	}
	res, err := f.db.ExecContext(ctx, `INSERT INTO bot_feedback (answer, user, vote, question, text, refused, citations, at)
		SELECT id, ?2, ?3, question, answer, refused, citations, ?4 FROM bot_answers WHERE id = ?1
		ON CONFLICT (answer, user) DO UPDATE SET vote = excluded.vote, at = excluded.at`,
		answerID, user, string(vote), time.Now().UnixMilli())
	if err != nil {
		return fmt.Errorf("store feedback: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return ErrNoAnswer
	}
	return nil
}

// Explain adds to a user's vote why it was given: a reason of the adapter's
// choice and the user's own words, either of which may be empty. It returns
// ErrNoAnswer where there is no such vote.
func (f *Feedback) Explain(ctx context.Context, answerID, user, reason, comment string) error {
	res, err := f.db.ExecContext(ctx, `UPDATE bot_feedback SET reason = ?, comment = ? WHERE answer = ? AND user = ?`, reason, comment, answerID, user)
	if err != nil {
		return fmt.Errorf("store the reason: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return ErrNoAnswer
	}
	return nil
}

// Prune forgets votes older than keep; 0 keeps them all.
func (f *Feedback) Prune(ctx context.Context, keep time.Duration) error {
	if keep <= 0 {
		return nil
	}
	if _, err := f.db.ExecContext(ctx, `DELETE FROM bot_feedback WHERE at < ?`, time.Now().Add(-keep).UnixMilli()); err != nil {
		return fmt.Errorf("forget old votes: %w", err)
	}
	return nil
}

// Case is a vote in the form of an evaluation case.
type Case struct {
	ID        string `json:"id"`
	UserInput string `json:"user_input"`
	// Reference lists what a right answer must say: groups of accepted
	// spellings. It is empty where a person still has to fill it in.
	Reference         [][]string `json:"reference"`
	ReferenceContexts []string   `json:"reference_contexts"`
	Answerable        bool       `json:"answerable"`
	Type              string     `json:"type"`
	// Feedback is the vote, Answer what was said.
	Feedback Vote   `json:"feedback"`
	Answer   string `json:"answer"`
	// Why and Comment are what a reader said about an answer voted down: a
	// reason from the dialog and words of their own.
	Why     string `json:"why,omitempty"`
	Comment string `json:"comment,omitempty"`
	// NeedsReview marks cases whose reference nobody has confirmed, such as
	// answers voted down. An evaluation counts them and asks none of them.
	NeedsReview bool `json:"needs_review,omitempty"`
}

// ExportOptions selects what is exported.
type ExportOptions struct {
	// Vote keeps only these votes; "" keeps both.
	Vote Vote
	// Since keeps only later votes; zero keeps all.
	Since time.Time
}

// Export writes the votes as evaluation cases, one JSON object a line, oldest
// first, and returns how many. An answer voted up becomes a case that expects
// the cited facts again; one voted down becomes a case without a reference,
// marked for review.
func (f *Feedback) Export(ctx context.Context, w io.Writer, opts ExportOptions) (int, error) {
	// A store that is only read may have tables of before there were reasons.
	why := "'', ''"
	var reasons int
	if err := f.db.QueryRowContext(ctx, `SELECT count(*) FROM pragma_table_info('bot_feedback') WHERE name = 'reason'`).Scan(&reasons); err != nil {
		return 0, fmt.Errorf("export feedback: %w", err)
	}
	if reasons > 0 {
		why = "reason, comment"
	}
	rows, err := f.db.QueryContext(ctx, `SELECT answer, question, text, refused, citations, vote, user, `+why+` FROM bot_feedback
		WHERE (?1 = '' OR vote = ?1) AND at >= ?2 ORDER BY at, answer, user`, string(opts.Vote), max(opts.Since.UnixMilli(), 0))
	if err != nil {
		return 0, fmt.Errorf("export feedback: %w", err)
	}
	defer rows.Close()
	out := bufio.NewWriter(w)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	n := 0
	seen := map[string]int{}
	for rows.Next() {
		var id, question, text, vote, user, reason, comment string
		var refused bool
		var raw []byte
		if err := rows.Scan(&id, &question, &text, &refused, &raw, &vote, &user, &reason, &comment); err != nil {
			return n, fmt.Errorf("export feedback: %w", err)
		}
		citations, err := citationsOf(raw)
		if err != nil {
			return n, fmt.Errorf("export feedback on answer %s: %w", id, err)
		}
		c := caseOf(question, text, refused, citations, Vote(vote))
		c.ID, c.Why, c.Comment = "feedback-"+id, reason, comment
		if seen[id]++; seen[id] > 1 {
			c.ID = fmt.Sprintf("feedback-%s-%d", id, seen[id])
		}
		if err := enc.Encode(c); err != nil {
			return n, fmt.Errorf("export feedback: %w", err)
		}
		n++
	}
	if err := rows.Err(); err != nil {
		return n, fmt.Errorf("export feedback: %w", err)
	}
	if err := out.Flush(); err != nil {
		return n, fmt.Errorf("export feedback: %w", err)
	}
	return n, nil
}

var (
	markers = regexp.MustCompile(`\[\d+\]`)
	figures = regexp.MustCompile(`\d[\d,.]*\d|\d`)
)

func caseOf(question, text string, refused bool, citations []rag.Citation, vote Vote) Case {
	c := Case{
		UserInput: question, Feedback: vote, Answer: text,
		Reference: [][]string{}, ReferenceContexts: []string{},
		Answerable: !refused, Type: "entity",
	}
	articles := map[string]bool{}
	for _, cit := range citations {
		if !refused && hasWords(cit.Quote) {
			c.ReferenceContexts = append(c.ReferenceContexts, cit.Quote)
		}
		articles[cit.ArticleID] = true
	}
	if vote == VoteDown {
		c.NeedsReview = true
		if refused {
			c.Type = "unanswerable"
		}
		return c
	}
	if refused {
		c.Type = "unanswerable"
		return c
	}
	said := markers.ReplaceAllString(text, "")
	groups := referenceGroups(said, citations)
	c.Reference = groups
	c.NeedsReview = len(groups) == 0
	switch {
	case len(articles) > 1:
		c.Type = "multi"
	case len(groups) > 0 && strings.IndexFunc(groups[0][0], unicode.IsDigit) >= 0:
		c.Type = "numeric"
	}
	return c
}

// hasWords tells whether there is anything in a text to look for.
func hasWords(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) >= 0
}

// referenceGroups picks what must be said again: the parts of the quotes that
// the claims rest on; failing those the figures; failing those the words.
func referenceGroups(said string, citations []rag.Citation) [][]string {
	groups := [][]string{}
	seen := map[string]bool{}
	add := func(s string) {
		if s = strings.TrimSpace(s); hasWords(s) && !seen[s] {
			seen[s] = true
			groups = append(groups, []string{s})
		}
	}
	for _, cit := range citations {
		quote := []rune(cit.Quote)
		for _, h := range cit.Highlights {
			if 0 <= h.Start && h.Start < h.End && h.End <= len(quote) {
				if part := string(quote[h.Start:h.End]); strings.Contains(said, part) {
					add(part)
				}
			}
		}
	}
	if len(groups) == 0 {
		for _, f := range figures.FindAllString(said, -1) {
			for _, cit := range citations {
				if strings.Contains(cit.Quote, f) {
					add(f)
					break
				}
			}
		}
	}
	if len(groups) == 0 {
		add(said)
	}
	return groups
}
