package slackfake

import (
	"unicode/utf8"
)

// checkBlocks refuses blocks as Slack does: more than 50 (100 in a view), too
// long texts, too many elements, all together too much.
func checkBlocks(blocks []map[string]any) string {
	if len(blocks) > 50 {
		return "invalid_blocks"
	}
	total, markdown := 0, 0
	for _, b := range blocks {
		total += textRunes(b)
		switch b["type"] {
		case "section":
			if n := runes(b["text"]); n < 1 || n > 3000 {
				return "invalid_blocks"
			}
		case "header":
			if n := runes(b["text"]); n < 1 || n > 150 {
				return "invalid_blocks"
			}
		case "context":
			elements, _ := b["elements"].([]any)
			if len(elements) < 1 || len(elements) > 10 {
				return "invalid_blocks"
			}
			for _, e := range elements {
				if n := runes(e); n < 1 || n > 3000 {
					return "invalid_blocks"
				}
			}
		case "markdown":
			text, _ := b["text"].(string)
			if text == "" {
				return "invalid_blocks"
			}
			markdown += utf8.RuneCountInString(text)
		case "divider", "actions", "context_actions", "input":
		default:
			return "invalid_blocks"
		}
	}
	if markdown > 12_000 {
		return "invalid_blocks"
	}
	if total > 13_200 {
		return "msg_blocks_too_long"
	}
	return ""
}

func runes(v any) int {
	m, _ := v.(map[string]any)
	text, _ := m["text"].(string)
	return utf8.RuneCountInString(text)
}

// textRunes counts all text within a block.
func textRunes(v any) int {
	n := 0
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			if str, ok := x.(string); ok {
				if k == "text" || k == "value" {
					n += utf8.RuneCountInString(str)
				}
				continue
			}
			n += textRunes(x)
		}
	case []any:
		for _, x := range v {
			n += textRunes(x)
		}
	}
	return n
}
