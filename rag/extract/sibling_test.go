package extract

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"

	"zhiwen/embeddings"
	"zhiwen/rag/eval/public"
	"zhiwen/rag/grounding"
	"zhiwen/rag/reader"
	"zhiwen/rag/reading"
	"zhiwen/rag/zhtext"
)

// siblingCase is a question whose answer is one of several figures or dates of a
// kind in one sentence.
type siblingCase struct {
	features [][3]float64 // ahead, behind, score of each
	gold     int
}

// siblingCases come from the documents that are not kept apart.
func siblingCases(t *testing.T, dir string) []siblingCase {
	model, err := reader.Open(embeddings.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { model.Close() })
	sets, err := public.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []siblingCase
	for _, set := range sets {
		texts := map[string]string{}
		for _, a := range set.Articles {
			for _, p := range a.Paragraphs {
				texts[a.ID] += p.Text + "\n"
			}
		}
		for _, q := range set.Questions {
			if q.Side == public.SideApart || len(q.Answers) == 0 {
				continue
			}
			if c, ok := siblingCaseOf(t, model, q.Text, q.Answers[0], texts[q.Gold]); ok {
				out = append(out, c)
			}
		}
	}
	return out
}

func siblingCaseOf(t *testing.T, model reading.Reader, asked, answer, text string) (siblingCase, bool) {
	runes := []rune(text)
	for _, s := range zhtext.Sentences(text) {
		sentence := string(runes[s.Start:s.End])
		before, _, found := strings.Cut(sentence, answer)
		if !found {
			continue
		}
		at := zhtext.Range{Start: len([]rune(before)), End: len([]rune(before + answer))}
		all := grounding.Siblings(asked, sentence, nil)
		gold := -1
		for i, f := range all {
			if f.Start >= at.Start && f.End <= at.End+1 && f.Start < at.End {
				if gold >= 0 {
					return siblingCase{}, false
				}
				gold = i
			}
		}
		if gold < 0 || at.End-at.Start > all[gold].End-all[gold].Start+2 {
			return siblingCase{}, false
		}
		readings, err := model.Read(t.Context(), asked, []reading.Passage{{Text: text}})
		if err != nil {
			t.Fatal(err)
		}
		var c siblingCase
		for i, f := range all {
			if f.Kind != all[gold].Kind {
				continue
			}
			if i == gold {
				c.gold = len(c.features)
			}
			score := float64(unread)
			for _, span := range readings[0].Spans {
				if span.Start < f.End+s.Start && f.Start+s.Start < span.End {
					score = max(score, span.Score)
				}
			}
			c.features = append(c.features, [3]float64{f.Ahead, f.Behind, score})
		}
		return c, len(c.features) > 1
	}
	return siblingCase{}, false
}

// fitSiblings maximises the likelihood of the right figure among its kind.
func fitSiblings(cases []siblingCase) (w [3]float64) {
	const ridge, rate = 0.01, 0.3
	for range 3000 {
		var gradient [3]float64
		for _, c := range cases {
			total := 0.0
			p := make([]float64, len(c.features))
			for i, f := range c.features {
				p[i] = math.Exp(w[0]*f[0] + w[1]*f[1] + w[2]*f[2])
				total += p[i]
			}
			for k := range gradient {
				gradient[k] += c.features[c.gold][k]
				for i, f := range c.features {
					gradient[k] -= p[i] / total * f[k]
				}
			}
		}
		for k := range w {
			w[k] += rate * (gradient[k]/float64(len(cases)) - ridge*w[k])
		}
	}
	return w
}

func rightSiblings(cases []siblingCase, w [3]float64) int {
	right := 0
	for _, c := range cases {
		best, at := math.Inf(-1), 0
		for i, f := range c.features {
			if v := w[0]*f[0] + w[1]*f[1] + w[2]*f[2]; v > best {
				best, at = v, i
			}
		}
		if at == c.gold {
			right++
		}
	}
	return right
}

// Which of several figures a question asks for: what they are called and what the
// reader sees must together do better than either. ZHIWEN_FIT=1 fits the weights
// anew and prints them.
func TestSiblings(t *testing.T) {
	const dir = "../../../shared/data"
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no public question sets beside this repository")
	}
	if os.Getenv("ZHIWEN_SOAK")+os.Getenv("ZHIWEN_FIT") == "" {
		t.Skip("reads a thousand paragraphs, which takes minutes; make soak does")
	}
	cases := siblingCases(t, dir)
	sibling := calibrated().Sibling
	w := [3]float64{sibling[featureAhead], sibling[featureBehind], sibling[featureScore]}
	if os.Getenv("ZHIWEN_FIT") != "" {
		w = fitSiblings(cases)
		right := 0
		for fold := range 5 {
			var train, test []siblingCase
			for i, c := range cases {
				if i%5 == fold {
					test = append(test, c)
				} else {
					train = append(train, c)
				}
			}
			right += rightSiblings(test, fitSiblings(train))
		}
		out, _ := json.Marshal(map[string]float64{featureAhead: w[0], featureBehind: w[1], featureScore: w[2]})
		t.Logf("sibling: %s; held out in turn %d of %d right", out, right, len(cases))
	}
	both, read, called := rightSiblings(cases, w), rightSiblings(cases, [3]float64{0, 0, 1}), rightSiblings(cases, [3]float64{1, 1, 0})
	t.Logf("%d cases: both %d, reader alone %d, what they are called alone %d", len(cases), both, read, called)
	if both <= read || both <= called || len(cases) < 100 {
		t.Errorf("of %d cases, %d right with both, %d and %d with one alone", len(cases), both, read, called)
	}
}
