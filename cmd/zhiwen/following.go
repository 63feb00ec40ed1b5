package main

import (
	"context"
	"os"
	"os/signal"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"

	"zhiwen/config"
	"zhiwen/embeddings"
)

// sourceList are the sources of the settings, which a running program may be told
// to read again.
type sourceList struct {
	list atomic.Pointer[[]config.Source]
}

func (l *sourceList) set(list []config.Source) { l.list.Store(&list) }

func (l *sourceList) get() []config.Source {
	if list := l.list.Load(); list != nil {
		return *list
	}
	return nil
}

// following is what follows the sources beside whatever else the program does.
type following struct {
	app     *app
	changed chan struct{} // of room for one: what was changed twice is followed anew once
	cancel  context.CancelFunc
	done    chan struct{}
}

// startFollowing follows the configured sources until ctx ends or stop is called.
func (a *app) startFollowing(ctx context.Context, e embeddings.Embedder) *following {
	ctx, cancel := context.WithCancel(ctx)
	f := &following{app: a, changed: make(chan struct{}, 1), cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(f.done)
		for ctx.Err() == nil {
			round, end := context.WithCancel(ctx)
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				a.followSources(round, e)
			}()
			select {
			case <-ctx.Done():
			case <-f.changed:
			}
			end() // a look that this breaks off is made again
			<-ended
		}
	}()
	return f
}

// stop waits for the end.
func (f *following) stop() {
	f.cancel()
	<-f.done
}

// change follows other sources from now on, and says what is new in them.
func (f *following) change(to []config.Source) string {
	said := compareSources(f.app.sources.get(), to)
	if said == "" {
		return ""
	}
	f.app.sources.set(to)
	select {
	case f.changed <- struct{}{}:
	default:
	}
	return said
}

// compareSources says what of the sources has changed; "" for nothing.
func compareSources(before, now []config.Source) string {
	had := map[string]config.Source{}
	for _, s := range before {
		had[s.Name] = s
	}
	var added, changed, removed []string
	for _, s := range now {
		old, ok := had[s.Name]
		switch {
		case !ok:
			added = append(added, s.Name)
		case !reflect.DeepEqual(old, s):
			changed = append(changed, s.Name)
		}
		delete(had, s.Name)
	}
	for _, s := range before {
		if _, left := had[s.Name]; left {
			removed = append(removed, s.Name)
		}
	}
	var said []string
	for _, part := range []struct {
		what, after string
		names       []string
	}{
		{"now followed: ", "", added},
		{"followed in another way: ", "", changed},
		{"no longer followed: ", " (what was read from there stays)", removed},
	} {
		if len(part.names) > 0 {
			said = append(said, part.what+names(part.names, 5)+part.after)
		}
	}
	return strings.Join(said, "; ")
}

// reloadOnHangup reads the settings again at every SIGHUP until stop is called.
// apply puts in place what can change while the program runs, and says what there
// is to say about it. Wrong settings change nothing. What was changed and takes a
// restart is named: without a word it would seem to hold, which is dangerous where
// it is serve.require_key. waits tells which settings this command works by that
// apply does not put in place.
func (a *app) reloadOnHangup(waits func(name string) bool, apply func(config.Config) string) (stop func()) {
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-done:
				return
			case <-hangups:
			}
			cfg, err := a.settings()
			if err != nil {
				a.note("zhiwen: the settings stay as they were: %s", plain(err))
				continue
			}
			_ = a.level.UnmarshalText([]byte(cfg.Log.Level)) // has been checked
			said := apply(cfg)
			if said != "" {
				said = "; " + said
			}
			changed := config.Changed(a.cfg, cfg) // since the start, so that it is said until there is another one
			if wait := slices.DeleteFunc(changed, func(name string) bool { return !waits(name) }); len(wait) > 0 {
				said += "; changed too, but not before the next start: " + strings.Join(wait, ", ")
			}
			a.note("zhiwen: the settings were read again%s", said)
		}
	}()
	return func() {
		signal.Stop(hangups)
		close(done)
	}
}

// live are the settings that change at once in every command that runs on.
func live(name string) bool { return name == "log.level" || name == "sources" }
