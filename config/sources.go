package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// sourcesName is the one setting that is a list of others.
const sourcesName = "sources"

// Place is where a source is, and the name of the setting that says so: folder,
// url, sitemap or feed.
func (s Source) Place() (kind, location string) {
	for _, p := range s.places() {
		if p.location != "" {
			return p.kind, p.location
		}
	}
	return "", ""
}

type place struct{ kind, location string }

func (s Source) places() []place {
	return []place{{"folder", s.Folder}, {"url", s.URL}, {"sitemap", s.Sitemap}, {"feed", s.Feed}}
}

// readSources reads the list as it stands in the file, or as the environment has
// it: in YAML, of which JSON is a part.
func readSources(value any) ([]Source, error) {
	if text, ok := value.(string); ok {
		value = nil
		if err := yaml.Unmarshal([]byte(text), &value); err != nil {
			return nil, fmt.Errorf("%s is neither YAML nor JSON: %s", envName(sourcesName), plainYAML(err))
		}
	}
	var list []any
	switch v := value.(type) {
	case nil, []string: // nothing, or the default
		return nil, nil
	case []any:
		list = v
	default:
		return nil, errors.New("sources must be a list, each entry with a dash in front: - folder: articles")
	}
	var out []Source
	var errs []error
	for i, entry := range list {
		s, err := readSource(entry)
		if err != nil {
			errs = append(errs, fmt.Errorf("sources, entry %d: %w", i+1, err))
			continue
		}
		out = append(out, s)
	}
	return out, errors.Join(errs...)
}

func readSource(entry any) (Source, error) {
	raw, err := yaml.Marshal(entry)
	if err != nil {
		return Source{}, err
	}
	keys := map[string]any{}
	if yaml.Unmarshal(raw, &keys) != nil {
		return Source{}, errors.New("it must have settings such as name: and feed:, a line each")
	}
	var known []string
	for i := range reflect.TypeFor[Source]().NumField() {
		known = append(known, reflect.TypeFor[Source]().Field(i).Tag.Get("yaml"))
	}
	var errs []error
	for key, value := range keys {
		if !slices.Contains(known, key) {
			errs = append(errs, fmt.Errorf("there is no %q; did you mean %q?", key, Nearest(key, known)))
		}
		if _, isText := value.(string); key == "every" && !isText {
			errs = append(errs, fmt.Errorf("every must be a time such as 30m or 24h, but it is %v", value))
		}
	}
	if len(errs) > 0 {
		slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
		return Source{}, errors.Join(errs...)
	}
	var s Source
	if err := yaml.NewDecoder(bytes.NewReader(raw)).Decode(&s); err != nil && !errors.Is(err, io.EOF) {
		return Source{}, errors.New(plainYAML(err))
	}
	s.Folder = expandHome(s.Folder)
	if s.Name == "" {
		_, s.Name = s.Place()
	}
	return s, nil
}

// checkSources checks each by itself and that their names differ.
func checkSources(list []Source) (errs []error) {
	names := map[string]bool{}
	for i, s := range list {
		wrong := func(format string, args ...any) {
			errs = append(errs, fmt.Errorf("config: sources, entry %d (%s): "+format, append([]any{i + 1, s.Name}, args...)...))
		}
		kind, location := s.Place()
		set := 0
		for _, p := range s.places() {
			if p.location != "" {
				set++
			}
		}
		if set != 1 {
			wrong("it must have exactly one of folder:, url:, sitemap: and feed:")
			continue
		}
		if names[s.Name] {
			wrong("the name is taken by another entry; give each its own with name:")
		}
		names[s.Name] = true
		if kind != "folder" {
			u, err := url.Parse(location)
			if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
				wrong("%s is not an address that can be read; it must look like https://example.org/page, without a name and a password", kind)
			}
		}
		if s.Every != 0 && (s.Every < time.Second || s.Every > 365*24*time.Hour) {
			wrong("every is %s; it must be between 1s and a year", s.Every)
		}
		if s.Gone != "" && s.Gone != "keep" && s.Gone != "remove" {
			wrong("gone is %q; it must be keep or remove", s.Gone)
		}
		if s.Linked && kind != "feed" && kind != "url" {
			wrong("linked is for feeds")
		}
		if (len(s.Only) > 0 || len(s.Except) > 0) && kind == "folder" {
			wrong("only and except choose among web addresses; name a folder that holds what is wanted")
		}
	}
	return errs
}

// Private are the networks that AllowPrivate names.
func (w Web) Private() ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, s := range w.AllowPrivate {
		if ip, err := netip.ParseAddr(s); err == nil {
			out = append(out, netip.PrefixFrom(ip, ip.BitLen()))
			continue
		}
		network, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, fmt.Errorf("web.allow_private has %q; name an address such as 10.1.2.3 or a network such as 10.1.0.0/16", s)
		}
		out = append(out, network.Masked())
	}
	return out, nil
}
