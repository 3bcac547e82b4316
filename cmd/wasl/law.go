package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"wasl/internal/domain/casework"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/identity"
)

// law is `wasl law …`.
type law struct {
	Show     lawShow     `cmd:"" help:"Print the calendar in force, and what was changed."`
	Check    lawCheck    `cmd:"" help:"Read a legal profile or a table of holidays: 1 when it cannot be, else its gaps."`
	Holidays lawHolidays `cmd:"" help:"Write the law with a table of holidays merged into it, one version higher."`
	Preview  lawPreview  `cmd:"" help:"Print every date of an open case that a law would move. Nothing changes."`
	Apply    lawApply    `cmd:"" help:"Publish a law and bring it to the open cases whose dates it moves."`
}

// lawShow is `wasl law show --config FILE`.
type lawShow struct {
	Config string `required:"" type:"existingfile" help:"The office's configuration file."`
}

// operator looks at the law from the machine that holds the store.
var operator = &identity.Agent{ID: "operator", Name: "operator", Role: identity.Administrator}

func (c lawShow) Run() error {
	ctx := context.Background()
	return useOffice(ctx, c.Config, func(o *openedOffice) error {
		cal, err := o.office.Calendar(ctx, operator)
		if err != nil {
			return err
		}
		fmt.Printf("law ma version %d %s\n", cal.Version, cal.Law)
		for _, y := range cal.Years {
			for _, h := range y.Holidays {
				fmt.Println(strings.TrimSpace(fmt.Sprintf("%s %s %s", h.On, h.Name, h.State)))
			}
			printGaps(os.Stdout, y.Gaps)
		}
		if cal.Behind > 0 {
			fmt.Printf("%d open cases keep an earlier law\n", cal.Behind)
		}
		for _, a := range cal.Acts {
			printActed(&a)
		}
		return nil
	})
}

func printActed(a *casework.LawApplied) {
	state := "done"
	if !a.Done {
		state = "not finished"
	}
	fmt.Printf("%s %s: %d dates of %d cases moved by %s (%s): %s\n", a.At.Format(time.RFC3339), a.Law[:12], a.Moves, a.Cases, a.Author, state, a.Reason)
}

func printGaps(to *os.File, gaps []clock.Gap) {
	for _, g := range gaps {
		fmt.Fprintf(to, "warning: %s\n", g)
	}
}

// lawCheck is `wasl law check FILE`.
type lawCheck struct {
	File string `arg:"" type:"existingfile" help:"A legal profile, or a table of holidays."`
}

func (c lawCheck) Run() error {
	data, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	table, err := tableOf(data)
	if err != nil {
		fmt.Printf("%s: %v\n", c.File, err)
		return errWrong
	}
	printGaps(os.Stdout, clock.Gaps(table))
	fmt.Printf("%s: %d holidays\n", c.File, len(table))
	return nil
}

// tableOf reads the holidays of a profile or of a table of its own.
func tableOf(data []byte) ([]clock.Holiday, error) {
	if bytes.HasPrefix(data, []byte("profile:")) || bytes.Contains(data, []byte("\nprofile:")) {
		p, err := clock.ParseProfile(data)
		if err != nil {
			return nil, err
		}
		return p.Holidays, nil
	}
	return clock.ParseHolidays(data)
}

// lawHolidays is `wasl law holidays TABLE`: the rows of one name and year
// replace all that the law had of that name and year.
type lawHolidays struct {
	Table  string `arg:"" type:"existingfile" help:"YAML: holidays, each with on, name, and state: expected, confirmed or dropped."`
	Config string `type:"existingfile" help:"The office's configuration file: merge into the law in force there."`
	Law    string `type:"existingfile" help:"Merge into this law; without --config and --law, into the one that came with the program."`
	Out    string `short:"o" help:"File to write; standard output without it."`
}

func (c lawHolidays) Run() error {
	data, err := os.ReadFile(c.Table)
	if err != nil {
		return err
	}
	table, err := clock.ParseHolidays(data)
	if err != nil {
		fmt.Printf("%s: %v\n", c.Table, err)
		return errWrong
	}
	before, err := c.law()
	if err != nil {
		return err
	}
	body, gaps, err := clock.MergeHolidays(before, table)
	if err != nil {
		return err
	}
	printGaps(os.Stderr, gaps)
	if bytes.Equal(body, before) {
		fmt.Fprintln(os.Stderr, "the law holds these holidays already")
	}
	if c.Out == "" {
		_, err = os.Stdout.Write(body)
		return err
	}
	return os.WriteFile(c.Out, body, 0o644)
}

func (c lawHolidays) law() (body []byte, err error) {
	switch {
	case c.Law != "":
		return os.ReadFile(c.Law)
	case c.Config == "":
		return fs.ReadFile(exampleContent, "law/ma.yaml")
	}
	ctx := context.Background()
	err = useOffice(ctx, c.Config, func(o *openedOffice) error {
		body, err = o.office.LawInForce(ctx)
		return err
	})
	return body, err
}

// lawPreview is `wasl law preview FILE --config FILE`.
type lawPreview struct {
	File   string `arg:"" type:"existingfile" help:"The law."`
	Config string `required:"" type:"existingfile" help:"The office's configuration file."`
}

func (c lawPreview) Run() error {
	body, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	ctx := context.Background()
	return useOffice(ctx, c.Config, func(o *openedOffice) error {
		sum, err := preview(ctx, o, body, true)
		if err != nil {
			return err
		}
		fmt.Printf("digest %s\n", sum.Digest)
		return nil
	})
}

// preview prints what a law would do, each move where moves says so.
func preview(ctx context.Context, o *openedOffice, body []byte, moves bool) (*casework.LawPreview, error) {
	sum, err := o.office.PreviewLaw(ctx, operator, body, func(m casework.Move) error {
		if moves {
			fmt.Printf("%s %s %s -> %s\n", m.Reference, m.Kind, cmp.Or(m.From, "none"), cmp.Or(m.To, "none"))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	printGaps(os.Stderr, sum.Gaps)
	fmt.Printf("law %s version %d: %d dates of %d cases would move, of %d open cases under another law\n", sum.Law[:12], sum.Version, sum.Moves, sum.Cases, sum.Looked)
	if sum.Kept > 0 {
		fmt.Printf("%d last days of applicants would come earlier and stay\n", sum.Kept)
	}
	if sum.Settled > 0 {
		fmt.Printf("%d cases keep their law: silence has taken effect\n", sum.Settled)
	}
	return sum, nil
}

// lawApply is `wasl law apply FILE --config FILE --as AGENT --reason TEXT`.
// The same again goes on where it was cut off.
type lawApply struct {
	File   string `arg:"" type:"existingfile" help:"The law."`
	Config string `required:"" type:"existingfile" help:"The office's configuration file."`
	As     string `required:"" help:"The administrator who does this: the name to sign in with."`
	Reason string `required:"" help:"Why, in a sentence: it is kept, and the ledger commits to it."`
	Digest string `help:"Of the preview that was looked at; refused when it is another now."`
}

func (c lawApply) Run() error {
	body, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	ctx := context.Background()
	return useOffice(ctx, c.Config, func(o *openedOffice) error {
		who, err := o.roll.Agent(ctx, identity.AgentID(c.As))
		if err != nil {
			return fmt.Errorf("no agent %s", c.As)
		}
		if !who.May(identity.Law) {
			return fmt.Errorf("%s is no administrator", c.As)
		}
		if c.Digest == "" {
			sum, err := preview(ctx, o, body, false)
			if err != nil {
				return err
			}
			c.Digest = sum.Digest
		}
		done, err := o.office.Enact(ctx, who, body, casework.LawAct{ID: "law-" + c.Digest[:min(len(c.Digest), 40)], Digest: c.Digest, Reason: c.Reason})
		if err != nil {
			return err
		}
		printActed(done)
		return nil
	})
}
