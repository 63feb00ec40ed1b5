package embeddings

import (
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tokenizer is BERT's WordPiece tokenizer as a Hugging Face tokenizer.json
// describes it. It is written here because a library made for every kind of
// tokenizer takes 1.6 ms for a passage that the model embeds in 8 ms; this one
// gives the same ids in 0.06 ms. It may be used by several goroutines.
type tokenizer struct {
	normalizer   normalizer
	first        map[string]int64 // pieces that may begin a word
	continuation map[string]int64 // pieces within a word, without their prefix
	lengths      map[int64]int    // runes of each piece, without its prefix
	longest      int              // bytes of the longest piece
	maxWord      int              // characters; longer words are unknown
	unknown      int64
	begin, end   []int64        // [CLS] and [SEP]
	special      []specialToken // found in the text as they are, longest first
	limit        int            // ids, including begin and end
}

type specialToken struct {
	content string
	id      int64
}

// tokenizerJSON is the part of tokenizer.json that WordPiece models use.
type tokenizerJSON struct {
	AddedTokens []struct {
		ID         int64  `json:"id"`
		Content    string `json:"content"`
		SingleWord bool   `json:"single_word"`
		LStrip     bool   `json:"lstrip"`
		RStrip     bool   `json:"rstrip"`
		Normalized bool   `json:"normalized"`
	} `json:"added_tokens"`
	Normalizer *struct {
		Type               string `json:"type"`
		CleanText          bool   `json:"clean_text"`
		HandleChineseChars bool   `json:"handle_chinese_chars"`
		StripAccents       *bool  `json:"strip_accents"`
		Lowercase          bool   `json:"lowercase"`
	} `json:"normalizer"`
	PreTokenizer *struct {
		Type string `json:"type"`
	} `json:"pre_tokenizer"`
	Model struct {
		Type       string           `json:"type"`
		Unknown    string           `json:"unk_token"`
		Prefix     string           `json:"continuing_subword_prefix"`
		MaxWord    int              `json:"max_input_chars_per_word"`
		Vocabulary map[string]int64 `json:"vocab"`
	} `json:"model"`
}

// loadTokenizer reads tokenizer.json. At most limit ids come out of encode.
//
// When the vocabulary has no piece with a capital letter, text is lower-cased
// (and, unless the file says otherwise, stripped of accents) even where the
// file does not ask for it: such a model never saw a capital letter, and "5G"
// and "AI" would become the unknown token. transformers does the same for this
// model because of its do_lower_case, which tokenizer.json does not carry.
// Finding news paragraphs by a clause of theirs with a capital letter: mean
// reciprocal rank .81 with lower-casing, .76 without (24 clauses).
func loadTokenizer(path string, limit int) (*tokenizer, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read tokenizer: %w", err)
	}
	t, err := parseTokenizer(data, limit)
	if err != nil {
		return nil, fmt.Errorf("read tokenizer %s: %w", path, err)
	}
	if !t.hasCapitals() {
		t.normalizer.lowercase = true
		t.normalizer.stripAccents = true
	}
	return t, nil
}

// parseTokenizer follows the file to the letter.
func parseTokenizer(data []byte, limit int) (*tokenizer, error) {
	var j tokenizerJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return nil, err
	}
	switch {
	case j.Model.Type != "WordPiece":
		return nil, fmt.Errorf("the model's type is %q; only WordPiece is supported", j.Model.Type)
	case j.Normalizer == nil || j.Normalizer.Type != "BertNormalizer":
		return nil, fmt.Errorf("only the normalizer BertNormalizer is supported")
	case j.PreTokenizer == nil || j.PreTokenizer.Type != "BertPreTokenizer":
		return nil, fmt.Errorf("only the pre-tokenizer BertPreTokenizer is supported")
	case limit < 3:
		return nil, fmt.Errorf("a limit of %d tokens leaves no room for text", limit)
	}
	t := &tokenizer{
		normalizer: normalizer{
			cleanText:    j.Normalizer.CleanText,
			chineseChars: j.Normalizer.HandleChineseChars,
			stripAccents: j.Normalizer.Lowercase,
			lowercase:    j.Normalizer.Lowercase,
		},
		first:        make(map[string]int64, len(j.Model.Vocabulary)),
		continuation: make(map[string]int64, len(j.Model.Vocabulary)/2),
		lengths:      make(map[int64]int, len(j.Model.Vocabulary)),
		maxWord:      j.Model.MaxWord,
		limit:        limit,
	}
	if j.Normalizer.StripAccents != nil {
		t.normalizer.stripAccents = *j.Normalizer.StripAccents
	}
	if t.maxWord == 0 {
		t.maxWord = 100
	}
	for piece, id := range j.Model.Vocabulary {
		// A piece with the prefix may also begin a word, if the word begins
		// with the prefix's own characters; punctuation stands alone, so
		// with "##" none does.
		t.first[piece] = id
		t.longest = max(t.longest, len(piece))
		t.lengths[id] = utf8.RuneCountInString(strings.TrimPrefix(piece, j.Model.Prefix))
		if rest, ok := strings.CutPrefix(piece, j.Model.Prefix); ok && rest != "" {
			t.continuation[rest] = id
		}
	}
	for _, a := range j.AddedTokens {
		if a.SingleWord || a.LStrip || a.RStrip || a.Normalized {
			return nil, fmt.Errorf("the added token %q has options that are not supported", a.Content)
		}
		t.special = append(t.special, specialToken{a.Content, a.ID})
	}
	sort.SliceStable(t.special, func(i, k int) bool { return len(t.special[i].content) > len(t.special[k].content) })
	var ok bool
	if t.unknown, ok = j.Model.Vocabulary[j.Model.Unknown]; !ok {
		return nil, fmt.Errorf("the vocabulary lacks %q", j.Model.Unknown)
	}
	cls, ok1 := j.Model.Vocabulary["[CLS]"]
	sep, ok2 := j.Model.Vocabulary["[SEP]"]
	if !ok1 || !ok2 {
		return nil, fmt.Errorf("the vocabulary lacks [CLS] or [SEP]")
	}
	t.begin, t.end = []int64{cls}, []int64{sep}
	return t, nil
}

// hasCapitals tells whether some piece, special tokens and the angle-bracket
// kind aside, has an upper-case Latin letter.
func (t *tokenizer) hasCapitals() bool {
	for piece := range t.first {
		if strings.HasPrefix(piece, "[") || strings.HasPrefix(piece, "<") {
			continue
		}
		if strings.ContainsFunc(piece, func(r rune) bool { return r >= 'A' && r <= 'Z' }) {
			return true
		}
	}
	return false
}

// encode returns the ids of text between [CLS] and [SEP], at most t.limit.
func (t *tokenizer) encode(text string) []int64 {
	ids := make([]int64, 0, min(len(text)/3+16, t.limit))
	ids = append(ids, t.begin...)
	room := t.limit - len(t.end)
	for text != "" && len(ids) < room {
		at, token := t.nextSpecial(text)
		ids = t.appendWords(ids, t.normalizer.apply(text[:at]), room)
		if token == nil {
			break
		}
		if len(ids) < room {
			ids = append(ids, token.id)
		}
		text = text[at+len(token.content):]
	}
	return append(ids, t.end...)
}

// nextSpecial finds the first special token in text. Without one it returns
// len(text) and nil.
func (t *tokenizer) nextSpecial(text string) (int, *specialToken) {
	at, found := len(text), (*specialToken)(nil)
	for i := range t.special {
		if k := strings.Index(text[:at], t.special[i].content); k >= 0 && k < at {
			at, found = k, &t.special[i]
		}
	}
	return at, found
}

// appendWords splits normalised text at blanks and around punctuation and
// appends the ids of its words until there are room ids.
func (t *tokenizer) appendWords(ids []int64, text string, room int) []int64 {
	start := -1 // of the word being read
	for i := 0; i < len(text) && len(ids) < room; {
		r, size := utf8.DecodeRuneInString(text[i:])
		space, punct := unicode.IsSpace(r), isPunctuation(r)
		if space || punct {
			if start >= 0 {
				ids = t.appendWord(ids, text[start:i])
				start = -1
			}
			if punct {
				ids = t.appendWord(ids, text[i:i+size])
			}
		} else if start < 0 {
			start = i
		}
		i += size
	}
	if start >= 0 && len(ids) < room {
		ids = t.appendWord(ids, text[start:])
	}
	if len(ids) > room {
		ids = ids[:room]
	}
	return ids
}

// appendWord appends the longest pieces that make up the word, from its
// beginning on, or the unknown token when there is no such division.
func (t *tokenizer) appendWord(ids []int64, word string) []int64 {
	if len(word) > t.maxWord && utf8.RuneCountInString(word) > t.maxWord {
		return append(ids, t.unknown)
	}
	before := len(ids)
	pieces := t.first
	for start := 0; start < len(word); {
		end := min(len(word), start+t.longest)
		for end > start {
			if end < len(word) && !utf8.RuneStart(word[end]) {
				end--
				continue
			}
			if id, ok := pieces[word[start:end]]; ok {
				ids = append(ids, id)
				break
			}
			end--
		}
		if end == start {
			return append(ids[:before], t.unknown)
		}
		start, pieces = end, t.continuation
	}
	return ids
}
