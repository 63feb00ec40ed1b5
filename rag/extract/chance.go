package extract

import (
	_ "embed"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"sync"

	"zhiwen/rag/reading"
)

// Features of a sentence and of a short answer, by the names under which
// calibration.json weighs them and a trace shows them.
const (
	featureBias       = "bias"
	featureAnswerable = "answerable" // log odds that the passage answers, by the reader
	featureBest       = "best"       // the same relative to the best passage
	featurePlace      = "place"      // log of the share of the reader's places that are in the sentence
	featureRank       = "rank"       // one over the root of the rank in retrieval

	featureRule      = "rule"      // the product of the rules' factors, 0 to about 1
	featureAgreed    = "agreed"    // the reader points at what the rules cut out
	featureConfirmed = "confirmed" // the product of the two
	featureUntyped   = "untyped"   // holds no figure or date of the kind asked for
	featureOwn       = "own"       // share of the question's words in the sentence itself
	featureBeaten    = "beaten"    // by how much another sentence holds more of the same
	featureFocus     = "focus"     // the sentence holds what is counted, measured or done
	featureStrange   = "strange"   // how many names of the question what stands around does not hold
	featureAlike     = "alike"     // cosine of the sentence and the question
	featureSize      = "size"      // log of the runes of the sentence
	featureFound     = "found"     // share of the question's words in or around the sentence at all
	featureField     = "field"     // a field of it is named as what is asked for
	featureContrary  = "contrary"  // it speaks of another of the kind than the question
	featureOpen      = "open"      // no figure, date, person or place is asked for
	featureEdition   = "edition"   // log of how well its year or edition fits, not weighed

	featureScore   = "score"  // log probability of the reader's place
	featureChance  = "chance" // log odds that the sentence answers
	featureAgree   = "agree"  // the rules cut out the same
	featureType    = "type"   // 1: what was asked for; -1: something else
	featureLength  = "length" // of the answer, in tens of runes
	featureMargin  = "margin" // how much likelier than the next place of the paragraph
	featureByRule  = "by rule"
	featureEcho    = "echo"    // the question says the answer itself
	featureSibling = "sibling" // log of the share among the sentence's figures of its kind

	featureAlone      = "alone"       // log odds that the sentence by itself answers
	featureAloneScore = "alone score" // log probability of the place in the sentence by itself
	featureAloneBest  = "alone best"  // the same of the likeliest place
	featureAloneSame  = "alone same"  // that is the likeliest place

	featureClause = "clause" // share of the question's words in the answer's own clause
	featureLater  = "later"  // the same of those that only later clauses hold

	featureAhead  = "ahead"  // how much of what a figure is called ahead of it is asked for
	featureBehind = "behind" // the same of what it is called behind it
)

//go:embed calibration.json
var calibrationFile []byte

// calibration says how features add up to chances, and which chances are enough.
// scripts/calibrate fits it on documents that the reader was not trained on and
// that are not measured on.
type calibration struct {
	// Sentence and Short weigh features to log odds that a sentence answers and that a short
	// answer is right, Answered those of the best sentence to log odds that the question is
	// answered at all.
	Sentence map[string]float64 `json:"sentence"`
	Answered map[string]float64 `json:"answered"`
	Short    map[string]float64 `json:"short"`
	// Sibling weighs the figures and dates of one sentence against each other.
	Sibling map[string]float64 `json:"sibling"`
	// Alike is what a sentence counts as that nobody compared with the question: the
	// mean of those that answer.
	Alike float64 `json:"alike"`
	// RefuseBelow is the chance that the question is answered at all, judged by its best
	// sentence, below which it is refused, ShortAbove that of a short answer from which on it
	// is shown, HeldAbove that of one of the quotes to answer from which on no further one is
	// shown, QuoteShare the share of the best one's that a further
	// sentence needs to be quoted beside it.
	RefuseBelow float64 `json:"refuse_below"`
	// SurerWhereAbsent is how much surer it must be, in log odds, where nothing that was found
	// speaks of a name in the question, or of the coming one of a series that is asked for.
	SurerWhereAbsent float64 `json:"surer_where_absent"`
	ShortAbove       float64 `json:"short_above"`
	HeldAbove        float64 `json:"held_above"`
	QuoteShare       float64 `json:"quote_share"`
	// ReadEnough is the chance that a passage answers, as the reader sees it, from which
	// on those behind it are not read.
	ReadEnough float64 `json:"read_enough"`
	// CompareWithin is how far behind the best sentence, in log odds, others are still
	// compared with the question by their vectors.
	CompareWithin float64 `json:"compare_within"`
}

var calibrated = sync.OnceValue(func() calibration {
	var c calibration
	if err := json.Unmarshal(calibrationFile, &c); err != nil {
		panic("extract: calibration.json: " + err.Error()) // part of the program
	}
	return c
})

// ReadEnough tells whether a passage answers so surely that none behind it needs to be read.
func ReadEnough(r reading.Reading) bool { return chance(r.Answerable) >= calibrated().ReadEnough }

// odds adds features up.
func odds(weights, features map[string]float64) float64 {
	sum := weights[featureBias]
	// In a fixed order, or the last digit would change from run to run.
	for _, name := range slices.Sorted(maps.Keys(features)) {
		sum += weights[name] * features[name]
	}
	return sum
}

// weighed is what each feature of a sentence adds to the odds, and which of them moved them
// furthest. The bias is there too, or the parts would not add up, but it is the same
// for every sentence and decides nothing.
func weighed(weights map[string]float64, j judged) (parts map[string]float64, most string) {
	parts = map[string]float64{featureBias: weights[featureBias]}
	if j.discount != 0 {
		parts[featureEdition] = j.discount
	}
	for name, value := range j.features {
		if part := weights[name] * value; part != 0 {
			parts[name] = part
		}
	}
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		if name != featureBias && (most == "" || math.Abs(parts[name]) > math.Abs(parts[most])) {
			most = name
		}
	}
	return parts, most
}

// meanings say in words what the features of a sentence are.
var meanings = map[string]string{
	featureBias: "where every sentence begins", featureAnswerable: "how likely its passage answers", featureBest: "how far its passage is behind the likeliest one",
	featurePlace: "whether the answer would stand in it", featureRank: "rank of its passage in the search", featureRule: "words and kind of answer, by rule",
	featureAgreed: "reader and rules point at the same", featureConfirmed: "reader and rules point at the same, and the words fit",
	featureUntyped: "no figure or date of the kind asked for", featureOwn: "words of the question in it", featureBeaten: "another sentence holds more of the question",
	featureFocus: "names what is counted or done", featureStrange: "a name in the question is not there", featureAlike: "likeness in meaning",
	featureEdition: "another year or edition", featureContrary: "it speaks of another of the kind", featureSize: "length of the sentence",
	featureFound: "words of the question in and around it", featureField: "a field of that name", featureOpen: "no figure, date, person or place is asked for",
}

// Meaning says in words what a feature in a trace is.
func Meaning(feature string) string {
	if words := meanings[feature]; words != "" {
		return words
	}
	return feature
}

func chance(odds float64) float64 { return 1 / (1 + math.Exp(-odds)) }

func logit(chance float64) float64 { return math.Log(chance / (1 - chance)) }

// unread is the log odds and the log share given to what no reader looked at.
const unread = -8

func clip(v, low, high float64) float64 { return max(low, min(high, v)) }
