package slack

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"

	"zhiwen/rag"
)

// homeOpened fills the app's own pages: the home tab, or the greeting and the
// suggested prompts of the direct message.
func (b *Bot) homeOpened(ctx context.Context, ev event) {
	if v := b.refuse(ev.User, ev.Channel, true, b.self.team, b.self.team, false); v != allowed {
		return
	}
	var catalog rag.Catalog
	if b.parts.Catalog != nil {
		var err error
		if catalog, err = b.parts.Catalog(ctx); err != nil {
			b.log.WarnContext(ctx, "the collection could not be described", "error", err)
		}
	}
	if ev.Tab == "home" {
		b.publishHome(ctx, ev.User, catalog)
		return
	}
	w := wordsFor(b.cfg.Language)
	first, err := b.inbox.Once(ctx, "greeted/"+b.self.team+"/"+ev.User)
	if err == nil && first {
		_, _, err := b.poster.send(ctx, ev.Channel, slackgo.MsgOptionText(w.greeting, false), slackgo.MsgOptionDisableLinkUnfurl(), tag("", 0, 1, kindGreeting))
		if err != nil {
			b.log.WarnContext(ctx, "the greeting was not posted", "error", err)
		}
	}
	params := slackgo.AssistantThreadsSetSuggestedPromptsParameters{ChannelID: ev.Channel, Title: w.promptsTitle}
	for _, p := range b.prompts(ctx, w, catalog) {
		params.AddPrompt(p.Title, p.Message)
	}
	if len(params.Prompts) == 0 {
		return
	}
	if err := b.api.SetAssistantThreadsSuggestedPromptsContext(ctx, params); err != nil {
		b.log.DebugContext(ctx, "no suggested prompts", "error", err)
	}
}

// maxPrompts is how many suggested questions Slack shows.
const maxPrompts = 4

// promptCache holds the suggestions for a state of the collection.
type promptCache struct {
	mu      sync.Mutex
	of      string
	prompts []Prompt
}

// prompts are the configured questions, or questions about the newest articles:
// those of them that the collection answers. They are tried out when the
// collection has changed.
func (b *Bot) prompts(ctx context.Context, w words, c rag.Catalog) []Prompt {
	b.prompted.mu.Lock()
	defer b.prompted.mu.Unlock()
	of := fmt.Sprint(c.Articles, c.Passages, c.First, c.Last, c.Titles)
	if b.prompted.of == of {
		return b.prompted.prompts
	}
	candidates := slices.Clone(b.cfg.Prompts)
	if len(candidates) == 0 {
		for _, title := range c.Titles[:min(2*maxPrompts, len(c.Titles))] {
			q := fmt.Sprintf(w.promptAbout, visible(title))
			candidates = append(candidates, Prompt{Title: clip(q, 70), Message: q})
		}
	}
	var out []Prompt
	for _, p := range candidates {
		if len(out) < maxPrompts && b.parts.Handler.Answerable(ctx, p.Message) {
			out = append(out, p)
		}
	}
	if ctx.Err() == nil {
		b.prompted.of, b.prompted.prompts = of, out
	}
	return out
}

func (b *Bot) publishHome(ctx context.Context, user string, c rag.Catalog) {
	w := wordsFor(b.cfg.Language)
	blocks := []slackgo.Block{
		slackgo.NewHeaderBlock(label(w.homeTitle)),
		slackgo.NewSectionBlock(slackgo.NewTextBlockObject(slackgo.MarkdownType, w.homeHow, false, true), nil, nil),
		slackgo.NewDividerBlock(),
		slackgo.NewSectionBlock(slackgo.NewTextBlockObject(slackgo.PlainTextType, w.covers(c), false, false), nil, nil),
	}
	for _, title := range c.Titles[:min(10, len(c.Titles))] {
		blocks = append(blocks, slackgo.NewContextBlock("", plain("《"+clip(visible(title), 200)+"》")))
	}
	blocks = append(blocks, b.sourceBlocks(ctx)...)
	blocks = append(blocks, slackgo.NewContextBlock("", plain(time.Now().Format("2006-01-02 15:04"))))
	_, err := b.api.PublishViewContext(ctx, slackgo.PublishViewContextRequest{
		UserID: user,
		View:   slackgo.HomeTabViewRequest{Type: slackgo.VTHomeTab, Blocks: slackgo.Blocks{BlockSet: blocks}},
	})
	if err != nil {
		b.log.WarnContext(ctx, "the home tab was not published", "error", err)
	}
}
