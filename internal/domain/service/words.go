package service

import (
	"embed"
	"regexp"

	"wasl/internal/base/i18n"
)

//go:embed texts
var textFiles embed.FS

// words is the engine's own texts: problems, yes and no, units.
var words = lazily(func() *i18n.Catalog { return i18n.MustLoad(textFiles, "texts") })

// Word returns one of the engine's own words in l: "yes", "no", "declared".
func Word(l Lang, key string, args ...any) string { return words().T(l, key, args...) }

var isoDate = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)

// Message says in plain text what is wrong and what to do, in l. It holds no
// answer and no label.
func (p Problem) Message(l Lang) string {
	args := make([]any, len(p.Args))
	for i, v := range p.Args {
		args[i] = v
		if i%2 == 0 {
			continue
		}
		switch v := v.(type) {
		case int:
			args[i] = isolated(l, i18n.Number(l, int64(v)))
		case int64:
			args[i] = isolated(l, i18n.Number(l, v))
		case string:
			if isoDate.MatchString(v) {
				args[i] = i18n.CivilDate(l, v)
			} else {
				args[i] = isolated(l, i18n.Decimal(l, v))
			}
		}
	}
	return words().T(l, "problem."+p.Key, args...)
}

// isolated keeps a number in its order inside Arabic.
func isolated(l Lang, s string) string {
	if l == i18n.AR {
		return i18n.Isolate(s)
	}
	return s
}
