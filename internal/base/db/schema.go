package db

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Schema describes tables, keys, references and indexes in lines that are the
// same on both engines when the migrations agree. It is for tests and for the
// operator's doctor.
func (d *DB) Schema(ctx context.Context) (string, error) {
	queries := []string{sqliteColumns, sqliteKeys, sqliteIndexes, sqliteReferences}
	if d.engine == Postgres {
		queries = []string{postgresColumns, postgresIndexes, postgresReferences}
	}
	var lines []string
	err := d.View(ctx, func(tx *Tx) error {
		for _, query := range queries {
			found, err := described(tx, query)
			if err != nil {
				return err
			}
			lines = append(lines, found...)
		}
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("describing the schema: %w", err)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n") + "\n", nil
}

// described reads rows of four texts (what, table, detail, more) as lines.
func described(tx *Tx, query string) ([]string, error) {
	rows, err := tx.Query(query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var what, table, detail, more string
		if err := rows.Scan(&what, &table, &detail, &more); err != nil {
			return nil, err
		}
		lines = append(lines, strings.ToLower(strings.Join(strings.Fields(table+" "+what+" "+detail+" "+more), " ")))
	}
	return lines, rows.Err()
}

// In SQLite a column of a primary key may hold NULL unless told otherwise; in
// PostgreSQL never. Both count as required here.
const sqliteColumns = `SELECT 'column', m.name, c.name || ' ' || CASE upper(c.type) WHEN 'BLOB' THEN 'bytes' ELSE c.type END,
		CASE WHEN c."notnull" = 1 OR c.pk > 0 THEN 'required ' ELSE '' END || CASE WHEN c.dflt_value IS NULL THEN '' ELSE 'default' END
	FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\'`

const sqliteKeys = `SELECT 'key', m.name, '(' || (SELECT group_concat(name, ', ') FROM (SELECT name FROM pragma_table_info(m.name) WHERE pk > 0 ORDER BY pk)) || ')', ''
	FROM sqlite_master m WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\'
		AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) WHERE pk > 0)`

const sqliteIndexes = `SELECT CASE WHEN i."unique" = 1 THEN 'unique' ELSE 'index' END, m.name,
		'(' || (SELECT group_concat(coalesce(name, 'expression'), ', ') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno)) || ')',
		CASE i.origin WHEN 'c' THEN i.name ELSE '' END || CASE WHEN i.partial = 1 THEN ' partial' ELSE '' END
	FROM sqlite_master m JOIN pragma_index_list(m.name) i WHERE m.type = 'table' AND i.origin <> 'pk'`

const sqliteReferences = `SELECT 'reference', m.name, '(' || group_concat(f."from", ', ') || ')', f."table" || ' on delete ' || f.on_delete
	FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' GROUP BY m.name, f.id, f."table", f.on_delete`

const postgresColumns = `SELECT 'column', table_name::text,
		column_name || ' ' || CASE data_type WHEN 'bytea' THEN 'bytes' ELSE data_type END,
		CASE is_nullable WHEN 'NO' THEN 'required ' ELSE '' END || CASE WHEN column_default IS NULL THEN '' ELSE 'default' END
	FROM information_schema.columns WHERE table_schema = current_schema()`

const postgresIndexes = `SELECT CASE WHEN x.indisprimary THEN 'key' WHEN x.indisunique THEN 'unique' ELSE 'index' END, t.relname::text,
		'(' || string_agg(coalesce(a.attname::text, 'expression'), ', ' ORDER BY k.place) || ')',
		CASE WHEN c.oid IS NULL THEN i.relname::text ELSE '' END || CASE WHEN x.indpred IS NULL THEN '' ELSE ' partial' END
	FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
		JOIN pg_namespace n ON n.oid = t.relnamespace
		CROSS JOIN LATERAL unnest(x.indkey::int[]) WITH ORDINALITY AS k(number, place)
		LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number AND k.number > 0
		LEFT JOIN pg_constraint c ON c.conindid = i.oid AND c.contype IN ('p', 'u')
	WHERE n.nspname = current_schema() AND t.relkind = 'r'
	GROUP BY x.indisprimary, x.indisunique, t.relname, i.relname, c.oid, (x.indpred IS NULL)`

const postgresReferences = `SELECT 'reference', t.relname::text, '(' || string_agg(a.attname::text, ', ' ORDER BY k.place) || ')',
		f.relname || ' on delete ' || CASE c.confdeltype WHEN 'a' THEN 'no action' WHEN 'r' THEN 'restrict'
			WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'set null' ELSE 'set default' END
	FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class f ON f.oid = c.confrelid
		JOIN pg_namespace n ON n.oid = t.relnamespace
		CROSS JOIN LATERAL unnest(c.conkey) WITH ORDINALITY AS k(number, place)
		JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number
	WHERE n.nspname = current_schema() AND c.contype = 'f'
	GROUP BY c.oid, t.relname, f.relname, c.confdeltype`
