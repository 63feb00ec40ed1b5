package llm

import (
	"regexp"
	"strconv"
	"strings"
)

// Profile says what a model can be asked for.
type Profile string

// The profiles. A small model gets few passages and is told to copy; a large one
// gets as many as its context holds, and answers in the form that the question
// asks for, in its own words.
const (
	ProfileAuto  Profile = "auto"
	ProfileSmall Profile = "small"
	ProfileLarge Profile = "large"
)

const (
	// smallPassages is how many a model of 1.5 billion parameters is right with
	// most often; with more it is slower and no better (docs/decisions.md).
	smallPassages = 4
	// largePassages is all that retrieval hands on; the budget of tokens decides.
	largePassages = 20
	// smallParameters is up to how many billion parameters a model is small.
	smallParameters = 4
)

var parameters = regexp.MustCompile(`(?:^|[^\d.])(\d+(?:\.\d+)?)b(?:[^a-z\d]|$)`)

// ProfileOf tells a model's profile by the number of parameters in its name
// ("qwen2.5-1.5b"); a model that does not say is taken for a large one.
func ProfileOf(name string) Profile {
	if m := parameters.FindStringSubmatch(strings.ToLower(name)); m != nil {
		if n, err := strconv.ParseFloat(m[1], 64); err == nil && n <= smallParameters {
			return ProfileSmall
		}
	}
	return ProfileLarge
}

func (p Profile) passages() int {
	if p == ProfileSmall {
		return smallPassages
	}
	return largePassages
}
