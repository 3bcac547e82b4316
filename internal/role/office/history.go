package office

import (
	"context"
	"html/template"
	"strconv"
	"strings"

	"wasl/internal/base/i18n"
	"wasl/internal/base/page"
	"wasl/internal/domain/casework"
	"wasl/internal/domain/clock/words"
	"wasl/internal/domain/identity"
)

// history lists what happened to a case, by whom and on which legal ground.
func (s *Server) history(ctx context.Context, p *casePage, l i18n.Lang) {
	names := map[string]string{}
	for _, act := range p.Timeline {
		row := historyRow{At: act.At, Text: actName(l, act.Kind), Ground: cite(l, act.Ground), Detail: detail(l, act)}
		switch {
		case act.Actor == "applicant":
			row.Side = texts.T(l, "side.applicant")
		case strings.HasPrefix(act.Actor, "system:"):
			row.Side = texts.T(l, "side.clock")
		default:
			row.Author = s.author(ctx, names, act.Actor)
		}
		p.History = append(p.History, row)
	}
}

// author is an agent's name, their id where the roll no longer has them.
func (s *Server) author(ctx context.Context, names map[string]string, id string) string {
	if names[id] == "" {
		names[id] = id
		if who, err := s.roll.Agent(ctx, identity.AgentID(id)); err == nil {
			names[id] = who.Name
		}
	}
	return names[id]
}

func cite(l i18n.Lang, g casework.Ground) template.HTML {
	if g.Article == "" {
		return words.In(l).CiteHTML(g.Text)
	}
	return words.In(l).CiteHTML(g.Text, g.Article)
}

// detail is what an action's clear facts add to its name.
func detail(l i18n.Lang, act casework.Action) template.HTML {
	var parts []string
	say := func(key string, args ...any) { parts = append(parts, string(texts.H(l, "detail."+key, args...))) }
	day := func(key, fact string) {
		if on := act.Data[fact]; on != "" {
			say(key, "day", page.Time(on, i18n.CivilDate(l, on)))
		}
	}
	switch act.Kind {
	case casework.ActExtended:
		if n, err := strconv.Atoi(act.Data["number"]); err == nil {
			say("days", "days", i18n.Days(l, n))
		}
	case casework.ActSilence:
		day("effect", "effective_on")
	case casework.ActWarned, casework.ActEscalated:
		if about := act.Data["about"]; about != "" {
			parts = append(parts, string(page.Words(dateName(l, about))))
		}
		day("due", "legal_on")
	case casework.ActHeadAnswer:
		if key := "appeal.outcome." + act.Data["outcome"]; texts.Has(key) {
			parts = append(parts, string(page.Words(texts.T(l, key))))
		}
	}
	day("answer", "step_due")
	if why := act.Data["refused"]; why != "" {
		say("refused", "why", strings.TrimSuffix(whyNot(l, why), "."))
	}
	if on := act.Data["on"]; on != "" && on != i18n.Today(act.At) {
		parts = append(parts, string(page.Time(on, i18n.CivilDate(l, on))))
	}
	return template.HTML(strings.Join(parts, " · "))
}
