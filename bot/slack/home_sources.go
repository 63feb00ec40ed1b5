package slack

import (
	"context"
	"fmt"
	"strings"
	"time"

	slackgo "github.com/slack-go/slack"

	"zhiwen/bot"
	"zhiwen/bot/api"
)

// sourceWords are what the home tab says of sources.
type sourceWords struct{ title, line, never, failing string }

func sourceWordsFor(l bot.Language) sourceWords {
	if l == bot.English {
		return sourceWords{"Followed sources", "%s: %d articles · last look %s · last change %s", "never", " · failed %d times in a row"}
	}
	return sourceWords{"跟踪的来源", "%s：%d 篇 · 上次查看 %s · 上次更新 %s", "尚未", " · 连续失败 %d 次"}
}

// homeSources is how many sources the home tab names.
const homeSources = 20

// sourceBlocks say how fresh the followed sources are: none where there are none.
func (b *Bot) sourceBlocks(ctx context.Context) []slackgo.Block {
	if b.parts.Sources == nil {
		return nil
	}
	sources, err := b.parts.Sources(ctx)
	if err != nil {
		b.log.WarnContext(ctx, "the freshness of the sources could not be read", "error", err)
		return nil
	}
	if len(sources) == 0 {
		return nil
	}
	w := sourceWordsFor(b.cfg.Language)
	lines := make([]string, 0, len(sources))
	for _, s := range sources[:min(len(sources), homeSources)] {
		lines = append(lines, w.about(s))
	}
	if n := len(sources) - homeSources; n > 0 {
		lines = append(lines, fmt.Sprintf("+%d", n))
	}
	return []slackgo.Block{
		slackgo.NewDividerBlock(),
		slackgo.NewSectionBlock(plain(w.title+"\n"+clip(strings.Join(lines, "\n"), 2900)), nil, nil),
	}
}

// about is a line about one source.
func (w sourceWords) about(s api.SourceStatus) string {
	at := func(text string) string {
		if t, err := time.Parse(time.RFC3339, text); err == nil {
			return t.Local().Format("2006-01-02 15:04")
		}
		return w.never
	}
	line := fmt.Sprintf(w.line, clip(visible(s.Name), 80), s.Articles, at(s.LastLook), at(s.LastChange))
	if s.Failures > 0 {
		line += fmt.Sprintf(w.failing, s.Failures)
	}
	return line
}
