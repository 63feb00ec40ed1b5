package embeddings

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// Piece is a token with the runes of the text that it stands for, half open.
type Piece struct {
	ID         int64
	Start, End int
}

// Tokenizer cuts text for other models of the same vocabulary that run in this
// process. It may be used by several goroutines.
type Tokenizer struct {
	pieces *tokenizer
}

// ParseTokenizer reads the content of a Hugging Face tokenizer.json of the
// WordPiece kind.
func ParseTokenizer(data []byte) (*Tokenizer, error) {
	t, err := parseTokenizer(data, maxTokens)
	if err != nil {
		return nil, fmt.Errorf("embeddings: read tokenizer: %w", err)
	}
	return &Tokenizer{t}, nil
}

// Pieces are the tokens of a text in which every rune has its final form
// already (lower case, half width): nothing is normalised, so offsets are exact.
// Special tokens are plain text here.
func (t *Tokenizer) Pieces(text string) []Piece {
	out := make([]Piece, 0, len(text)/2)
	word := func(s string, start int) {
		ids := t.pieces.appendWord(nil, s)
		end := start + utf8.RuneCountInString(s)
		at := start
		for _, id := range ids {
			n := end - at
			if id != t.pieces.unknown {
				n = min(n, t.pieces.lengths[id])
			}
			out = append(out, Piece{id, at, at + n})
			at += n
		}
	}
	from, fromRune, n := -1, 0, 0
	for i, r := range text {
		alone := isHan(r) || isPunctuation(r)
		if gap := unicode.IsSpace(r) || r == 0 || r == utf8.RuneError || isControl(r); alone || gap {
			if from >= 0 {
				word(text[from:i], fromRune)
				from = -1
			}
			if alone {
				word(text[i:i+utf8.RuneLen(r)], n)
			}
		} else if from < 0 {
			from, fromRune = i, n
		}
		n++
	}
	if from >= 0 {
		word(text[from:], fromRune)
	}
	return out
}

// LoadRuntime finds and loads ONNX Runtime as [New] does for its own model, for
// other models in this process. Once it is loaded, further calls do nothing.
func LoadRuntime(o Options) error {
	path, err := locateRuntime(o)
	if err != nil {
		return err
	}
	return loadRuntime(path)
}
