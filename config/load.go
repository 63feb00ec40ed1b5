package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/agnivade/levenshtein"
	"github.com/spf13/viper"
)

// envPrefix stands before every setting's name in the environment.
const envPrefix = "ZHIWEN"

// maxSecretFile is the size in bytes above which a file holds no key.
const maxSecretFile = 64 << 10

// Sources says where settings come from. The zero value reads the user's own
// config file, if there is one, and the environment.
type Sources struct {
	// File is the config file; it must exist when named. Empty means the one
	// that ZHIWEN_CONFIG names, or else config.yaml in the zhiwen folder below
	// the user's config folder if there is one.
	File string
	// Flags are settings from the command line, by name ("store.dir"). They
	// win over the environment, which wins over the file.
	Flags map[string]any
}

// Setting is one thing that can be set.
type Setting struct {
	Name    string // "llm.base_url"
	Env     string // "ZHIWEN_LLM_BASE_URL"
	Default any    // a plain value
	Doc     string
}

// Settings lists everything that can be set, in the order of [Config]'s fields.
func Settings() []Setting {
	var list []Setting
	for _, f := range fields(Default()) {
		s := Setting{Name: f.name, Env: envName(f.name), Default: f.value.Interface(), Doc: f.doc}
		if _, ok := s.Default.([]Source); ok { // which readSources reads
			s.Default = []string{}
		}
		list = append(list, s)
	}
	return list
}

// field is a setting as it stands in a [Config].
type field struct {
	name, doc string
	value     reflect.Value
}

// fields are the settings of a [Config], in the order of its fields.
func fields(c Config) (list []field) {
	root := reflect.ValueOf(c)
	for i := range root.NumField() {
		section, values := root.Type().Field(i), root.Field(i)
		if values.Kind() == reflect.Slice { // sources
			list = append(list, field{section.Tag.Get("setting"), section.Tag.Get("doc"), values})
			continue
		}
		for j := range values.NumField() {
			tag := section.Type.Field(j).Tag
			list = append(list, field{section.Tag.Get("mapstructure") + "." + tag.Get("mapstructure"), tag.Get("doc"), values.Field(j)})
		}
	}
	return list
}

// Changed lists the names of the settings that differ, in the order of [Settings].
func Changed(before, now Config) []string {
	var list []string
	is := fields(now)
	for i, was := range fields(before) {
		a, b := was.value, is[i].value
		if a.Kind() == reflect.Slice && a.Len() == 0 && b.Len() == 0 {
			continue // nothing is nothing, whether a file says so or not
		}
		if !reflect.DeepEqual(a.Interface(), b.Interface()) {
			list = append(list, was.name)
		}
	}
	return list
}

func envName(setting string) string {
	return envPrefix + "_" + strings.ToUpper(strings.ReplaceAll(setting, ".", "_"))
}

// Load reads file, environment and flags, and checks what came out. Its errors
// name the setting, where it was set wrong and what to write instead; several
// faults come joined in one error.
func Load(src Sources) (Config, error) {
	settings := Settings()
	path, named := src.File, true
	if path == "" {
		path = os.Getenv(envPrefix + "_CONFIG")
	}
	if path == "" {
		path, named = defaultFile(), false
	}
	v := viper.New()
	v.SetConfigType("yaml")
	if path != "" {
		v.SetConfigFile(path)
		if err := v.ReadInConfig(); err != nil {
			missing := errors.Is(err, fs.ErrNotExist)
			switch {
			case missing && !named:
			case missing:
				return Config{}, fmt.Errorf("read config: there is no file %q; name an existing one with --config, or leave it out to use the defaults", path)
			default:
				return Config{}, fmt.Errorf("read config %q: %s; look for a missing colon, quote or bracket and for uneven indentation", path, plainYAML(err))
			}
		}
	}
	if err := checkNames(v, os.Environ(), settings, path); err != nil {
		return Config{}, err
	}
	for _, s := range settings {
		v.SetDefault(s.Name, s.Default)
		if err := v.BindEnv(s.Name, s.Env); err != nil {
			return Config{}, fmt.Errorf("read config: %w", err)
		}
	}
	for name, value := range src.Flags {
		v.Set(name, value)
	}
	if err := checkTimes(v, settings); err != nil {
		return Config{}, fmt.Errorf("read config: %w", err)
	}
	sources, err := readSources(v.Get(sourcesName))
	if err != nil {
		return Config{}, fmt.Errorf("read config: %w", err)
	}
	var cfg Config
	if err := v.Unmarshal(&cfg); err != nil {
		return Config{}, fmt.Errorf("read config: %w", wrongKinds(v, settings, err))
	}
	cfg.Sources = sources
	cfg.Store.Dir = expandHome(cfg.Store.Dir)
	cfg.Embeddings.ModelDir = expandHome(cfg.Embeddings.ModelDir)
	cfg.Embeddings.Runtime = expandHome(cfg.Embeddings.Runtime)
	if err := cfg.readSecrets(); err != nil {
		return Config{}, err
	}
	if err := cfg.Validate(); err != nil {
		return Config{}, err
	}
	return cfg, nil
}

// plainYAML says what a parser says, without the names of the parsers.
func plainYAML(err error) string {
	text := err.Error()
	if at := strings.LastIndex(text, "yaml: "); at >= 0 {
		text = text[at+len("yaml: "):]
	}
	return strings.TrimSpace(text)
}

// wrongKinds names the settings whose values are of another kind than they
// should be. err is what is returned if none is found.
func wrongKinds(v *viper.Viper, settings []Setting, err error) error {
	var errs []error
	for _, s := range settings {
		value := fmt.Sprintf("%q", fmt.Sprint(v.Get(s.Name)))
		if _, secret := s.Default.(Secret); secret {
			value = "something else"
		}
		target := reflect.New(reflect.TypeOf(s.Default))
		if v.UnmarshalKey(s.Name, target.Interface()) == nil {
			continue
		}
		errs = append(errs, fmt.Errorf("%s must be %s, but it is %s", s.Name, kindOf(s.Default), value))
	}
	if len(errs) == 0 {
		return err
	}
	return errors.Join(errs...)
}

// checkTimes reports times without a unit, which would be read as nanoseconds.
func checkTimes(v *viper.Viper, settings []Setting) error {
	var errs []error
	for _, s := range settings {
		if _, ok := s.Default.(time.Duration); !ok {
			continue
		}
		switch value := v.Get(s.Name).(type) {
		case int, int64, uint64, float64:
			errs = append(errs, fmt.Errorf("%s must be %s, but it is %v without a unit", s.Name, kindOf(s.Default), value))
		}
	}
	return errors.Join(errs...)
}

// kindOf describes the values of a setting.
func kindOf(sample any) string {
	if _, ok := sample.(time.Duration); ok {
		return "a time such as 30s or 5m"
	}
	switch reflect.TypeOf(sample).Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	case reflect.Slice:
		return "a list"
	}
	return "a text"
}

// checkNames reports settings that do not exist, with the nearest that does.
func checkNames(file *viper.Viper, environ []string, settings []Setting, path string) error {
	names := make([]string, 0, len(settings))
	envs := make([]string, 0, len(settings))
	sections := make(map[string]bool)
	for _, s := range settings {
		names = append(names, s.Name)
		envs = append(envs, s.Env)
		section, _, _ := strings.Cut(s.Name, ".")
		sections[section] = true
	}
	var errs []error
	keys := file.AllKeys()
	slices.Sort(keys)
	for _, key := range keys {
		switch {
		case slices.Contains(names, key):
			continue
		case sections[key] && file.Get(key) == nil: // "llm:" with nothing below
			continue
		case sections[key]:
			errs = append(errs, fmt.Errorf("config %q: %s must have its settings below it, indented, a line each", path, key))
			continue
		}
		errs = append(errs, fmt.Errorf("config %q: there is no setting %q; did you mean %q?", path, key, Nearest(key, names)))
	}
	for _, kv := range environ {
		name, _, _ := strings.Cut(kv, "=")
		rest, ours := strings.CutPrefix(name, envPrefix+"_")
		if !ours || slices.Contains(envs, name) {
			continue
		}
		// Other ZHIWEN_ variables belong to scripts; only those that begin
		// like one of the sections are settings written wrong.
		section, _, _ := strings.Cut(strings.ToLower(rest), "_")
		if sections[section] {
			errs = append(errs, fmt.Errorf("environment: there is no setting %s; did you mean %s?", name, Nearest(name, envs)))
		}
	}
	return errors.Join(errs...)
}

// Nearest returns the candidate with the least edit distance to word, the
// first of several; "" when there are no candidates.
func Nearest(word string, candidates []string) string {
	best, distance := "", -1
	for _, c := range candidates {
		if d := levenshtein.ComputeDistance(word, c); distance < 0 || d < distance {
			best, distance = c, d
		}
	}
	return best
}

// readSecrets fills the secrets whose files are named.
func (c *Config) readSecrets() error {
	var errs []error
	for _, s := range []struct {
		name   string
		secret *Secret
		file   string
	}{
		{"index.api_key", &c.Index.APIKey, c.Index.APIKeyFile},
		{"embeddings.api_key", &c.Embeddings.APIKey, c.Embeddings.APIKeyFile},
		{"llm.api_key", &c.LLM.APIKey, c.LLM.APIKeyFile},
		{"slack.bot_token", &c.Slack.BotToken, c.Slack.BotTokenFile},
		{"slack.app_token", &c.Slack.AppToken, c.Slack.AppTokenFile},
		{"slack.signing_secret", &c.Slack.SigningSecret, c.Slack.SigningSecretFile},
	} {
		if s.file == "" {
			continue
		}
		if *s.secret != "" {
			errs = append(errs, fmt.Errorf("config: %s and %s_file are both set; keep one", s.name, s.name))
			continue
		}
		value, err := readSecret(expandHome(s.file))
		if err != nil {
			errs = append(errs, fmt.Errorf("config: %s_file: %w", s.name, err))
			continue
		}
		*s.secret = value
	}
	return errors.Join(errs...)
}

func readSecret(path string) (Secret, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("read the key: %w; check the path and who may read it", err)
	}
	if info.IsDir() || info.Size() > maxSecretFile {
		return "", fmt.Errorf("read the key: %q does not look like a file that holds one key", path)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("read the key: %w; check who may read it", err)
	}
	value := strings.TrimSpace(string(raw))
	if value == "" || strings.ContainsAny(value, "\r\n\x00") {
		return "", fmt.Errorf("read the key: %q must hold one line with the key and nothing else", path)
	}
	return Secret(value), nil
}

func defaultFile() string {
	dir, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "zhiwen", "config.yaml")
}

// defaultStoreDir is zhiwen in the user's data folder, as each system has it.
func defaultStoreDir() string {
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "zhiwen")
	}
	switch runtime.GOOS {
	case "darwin":
		if dir, err := os.UserConfigDir(); err == nil {
			return filepath.Join(dir, "zhiwen") // ~/Library/Application Support
		}
	case "windows":
		if dir, err := os.UserCacheDir(); err == nil {
			return filepath.Join(dir, "zhiwen") // %LocalAppData%
		}
	default:
		if home, err := os.UserHomeDir(); err == nil {
			return filepath.Join(home, ".local", "share", "zhiwen")
		}
	}
	return ".zhiwen"
}

// expandHome replaces a leading "~/", which no shell expands in a file.
func expandHome(path string) string {
	rest, ok := strings.CutPrefix(path, "~/")
	if !ok {
		return path
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return path
	}
	return filepath.Join(home, rest)
}
