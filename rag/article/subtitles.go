package article

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	cueTime = regexp.MustCompile(`^(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,]\d{1,3}\s+-->\s+(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,]\d{1,3}.*$`)
	cueTag  = regexp.MustCompile(`<[^<>]*>|\{\\[^{}]*\}`)
	// cueSpeaker opens a line that somebody else says.
	cueSpeaker = regexp.MustCompile(`^(?:[-–—－](?:\s*[^-–—－\s\d]|\s+\d)|[\p{Han}A-Za-z·.（）() ]{1,12}[:：]\s*\S)`)
	cueVoice   = regexp.MustCompile(`^<v(?:\.[^\s>]*)?\s+([^>]+)>`)
)

// looksLikeSubtitles accepts SubRip and WebVTT.
func looksLikeSubtitles(text string) bool {
	if strings.HasPrefix(text, "WEBVTT") {
		return true
	}
	n := 0
	for line := range strings.SplitSeq(text[:min(len(text), 4<<10)], "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if n++; cueTime.MatchString(line) {
			return true
		}
		if n == 2 {
			return false
		}
	}
	return false
}

// longPause is how long nothing is said before something new begins, in seconds.
const longPause = 5

// seconds reads hours, minutes and seconds.
func seconds(clock []string) int {
	n := 0
	for _, part := range clock {
		digits, _ := strconv.Atoi(part) // hours may be missing
		n = n*60 + digits
	}
	return n
}

// parseSubtitles joins the cues to sentences; the section is when each begins. A long
// pause ends a paragraph.
func parseSubtitles(text, path string, opts Options) draft {
	var out []Paragraph
	var open joiner
	begin, last := "", ""
	until := 0 // when the last cue ended
	end := func() {
		if open.Len() > 0 {
			out = append(out, Paragraph{Text: open.String(), Section: begin})
			open = joiner{}
		}
	}
	for block := range strings.SplitSeq(text, "\n\n") {
		lines := strings.Split(strings.Trim(block, "\n"), "\n")
		at := -1
		for i, l := range lines {
			if cueTime.MatchString(strings.TrimSpace(l)) {
				at = i
				break
			}
		}
		if at < 0 {
			if !strings.HasPrefix(block, "WEBVTT") {
				opts.omit(OmitMarkup, block)
			}
			continue
		}
		m := cueTime.FindStringSubmatch(strings.TrimSpace(lines[at]))
		if seconds(m[1:4])-until >= longPause {
			end()
		}
		until = max(until, seconds(m[4:7]))
		hours := m[1]
		if hours == "" {
			hours = "00"
		}
		for _, l := range lines[at+1:] {
			voice := ""
			if v := cueVoice.FindStringSubmatch(l); v != nil {
				voice = v[1] + "："
			}
			l = voice + strings.TrimSpace(cueTag.ReplaceAllString(l, ""))
			if l == voice || l == last {
				continue // a cue that rolls on repeats the line before
			}
			last = l
			if voice != "" || cueSpeaker.MatchString(l) || runeLen(open.String()) > DefaultJoinRunes {
				end()
			}
			if open.Len() == 0 {
				begin = hours + ":" + m[2] + ":" + m[3]
			}
			open.add(l)
			if endsSentence(l) && runeLen(open.String()) > DefaultJoinRunes/2 {
				end()
			}
		}
	}
	end()
	return draft{meta: meta{title: nameTitle(path)}, paragraphs: out}
}
