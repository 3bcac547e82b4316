// Package identity knows the agents of authorities: who they are, what their
// role may do, how they sign in. It refuses a wrong password and an unknown
// name alike, with the same work. It holds nothing about applicants. The
// office zone alone uses it.
package identity

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the tables of agents and sessions.
func Migrations() db.Migrations { return db.Embedded("identity", migrations) }

// AgentID names an agent; it is what a person types to sign in.
type AgentID string

// Agent is a person working for one unit of one authority.
type Agent struct {
	ID        AgentID
	Name      string
	Authority string
	Unit      string
	Role      Role
}

// Role is what an agent is in an authority.
type Role string

// Roles of the office.
const (
	CaseWorker    Role = "case-worker"
	Supervisor    Role = "supervisor"
	Administrator Role = "administrator" // of the legal calendar; no case is theirs to see
)

// Permission is one thing an agent may do.
type Permission string

// Permissions of the office.
const (
	SeeQueue Permission = "see-queue"
	OpenCase Permission = "open-case"
	Decide   Permission = "decide"
	SeeLaw   Permission = "see-law" // the calendar, and what a change of law would move
	Law      Permission = "law"     // change it, and bring it to open cases
)

// Roles are every role, for whoever enters agents.
var Roles = []Role{CaseWorker, Supervisor, Administrator}

var rights = map[Role][]Permission{
	CaseWorker:    {SeeQueue, OpenCase, Decide},
	Supervisor:    {SeeQueue, SeeLaw},
	Administrator: {SeeLaw, Law},
}

// May tells whether the agent's role has a permission.
func (a *Agent) May(p Permission) bool {
	for _, have := range rights[a.Role] {
		if have == p {
			return true
		}
	}
	return false
}

// Roll is the list of agents.
type Roll struct {
	db    *db.DB
	gate  chan struct{} // two password checks at a time: each takes 19 MiB
	decoy string        // checked for unknown names, so that they cost the same
}

// Open reads and writes the agents of a store.
func Open(store *db.DB) *Roll {
	return &Roll{db: store, gate: make(chan struct{}, 2), decoy: decoyHash}
}

// Add enters an agent with a password hash made by Hash. An agent already there stays.
func (r *Roll) Add(ctx context.Context, a Agent, passwordHash string) error {
	return r.db.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO agent (id, name, authority, unit, role, password) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING`,
			string(a.ID), a.Name, a.Authority, a.Unit, string(a.Role), passwordHash)
		return err
	})
}

// Agent is one agent by the name they sign in with; errs.NotFound signin.wrong
// where there is none.
func (r *Roll) Agent(ctx context.Context, id AgentID) (*Agent, error) {
	a, _, err := r.find(ctx, id)
	return a, err
}

func (r *Roll) find(ctx context.Context, id AgentID) (*Agent, string, error) {
	a := &Agent{ID: id}
	var hash string
	err := r.db.View(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT name, authority, unit, role, password FROM agent WHERE id = $1`, string(id)).
			Scan(&a.Name, &a.Authority, &a.Unit, &a.Role, &hash)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, "", errs.New(errs.NotFound, "signin.wrong")
	}
	if err != nil {
		return nil, "", fmt.Errorf("finding an agent: %w", err)
	}
	return a, hash, nil
}
