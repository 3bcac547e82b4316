package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"unicode/utf8"

	"wasl/internal/domain/identity"
)

// agents is `wasl agents …`.
type agents struct {
	Add agentsAdd `cmd:"" help:"Enter an agent; the password is the first line of standard input."`
}

// agentsAdd enters one agent. One who is there already stays as they are.
type agentsAdd struct {
	ID        string `arg:"" help:"Name to sign in with: small Latin letters and digits."`
	Config    string `required:"" type:"existingfile" help:"The office's configuration file."`
	Name      string `required:"" help:"The agent's name, as applicants read it."`
	Authority string `required:"" help:"Id of the authority."`
	Unit      string `required:"" help:"Id of the unit."`
	Role      string `required:"" enum:"case-worker,supervisor,administrator" help:"case-worker, supervisor or administrator: of the legal calendar."`
}

// leastPassword is the fewest characters of a password.
const leastPassword = 12

func (c agentsAdd) Run() error {
	if c.ID == "" || strings.Trim(c.ID, "abcdefghijklmnopqrstuvwxyz0123456789.-") != "" {
		return fmt.Errorf("%q is no name to sign in with: use small Latin letters and digits", c.ID)
	}
	password, err := firstLine()
	if err != nil {
		return err
	}
	return useOffice(context.Background(), c.Config, func(o *openedOffice) error { return c.enter(o, password) })
}

func (c agentsAdd) enter(o *openedOffice, password string) error {
	if book := o.office.Book(); book != nil {
		a := book.Authority(c.Authority)
		if a == nil || a.Unit(c.Unit) == nil {
			return fmt.Errorf("no published authority %s has a unit %s", c.Authority, c.Unit)
		}
	}
	return o.roll.Add(context.Background(), identity.Agent{ID: identity.AgentID(c.ID), Name: c.Name, Authority: c.Authority, Unit: c.Unit, Role: identity.Role(c.Role)},
		identity.Hash(password))
}

// firstLine reads a password, which must neither stand in the command line nor
// in a log.
func firstLine() (string, error) {
	in := bufio.NewScanner(os.Stdin)
	if !in.Scan() {
		return "", errors.Join(errors.New("no password on standard input"), in.Err())
	}
	password := in.Text()
	if utf8.RuneCountInString(password) < leastPassword {
		return "", fmt.Errorf("the password has fewer than %d characters", leastPassword)
	}
	return password, nil
}
