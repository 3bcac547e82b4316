package main

import (
	"testing"

	"wasl/internal/base/db"
	"wasl/internal/base/db/dbtest"
	"wasl/internal/crypt/ledger"
	"wasl/internal/domain/casework"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
)

// Both engines must end in the same tables and columns, store by store.
func TestSchemasAreEqual(t *testing.T) {
	for name, owners := range map[string][]db.Migrations{
		"public": {intake.Migrations()},
		"office": {identity.Migrations(), ledger.Migrations(), casework.Migrations()},
	} {
		t.Run(name, func(t *testing.T) {
			light, err := dbtest.Open(t, dbtest.SQLite(t), owners...).Schema(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			heavy, err := dbtest.Open(t, dbtest.Postgres(t), owners...).Schema(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if light != heavy {
				t.Errorf("SQLite ends in\n%s\nPostgreSQL in\n%s", light, heavy)
			}
			if len(light) < 100 {
				t.Errorf("the schema is %q: nothing was compared", light)
			}
		})
	}
}
