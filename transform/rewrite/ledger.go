package rewrite

import (
	"slices"
	"strings"
	"sync"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/modifiers"
	"github.com/veltx/veltx/transform/redaction"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
	"github.com/veltx/veltx/transform/restore/findings"
)

// ledger is what those who edit write to, and all that they write to. It may be used by several goroutines.
type ledger struct {
	env  *pipeline.Env
	fate func(item layout.ItemKey, kept bool)

	mu      sync.Mutex
	written int
	found   []report.Item // items with findings
	tally   *modifiers.Tally
	ids     *findings.VolumeIDs
	rows    *findings.UnusedMappings
	refs    *findings.MappedNamespaces // nil where no reference is rewritten: a preview tells which stay
	classes map[layout.Address]bool    // StorageClasses in the new archive
}

func newLedger(env *pipeline.Env, fate func(layout.ItemKey, bool)) *ledger {
	l := &ledger{env: env, fate: fate, tally: env.Modifiers.NewTally(env.Restore.Spec.NamespaceMapping), ids: findings.NewVolumeIDs(env.VolumeIDs),
		rows: findings.NewUnusedMappings(env), classes: map[layout.Address]bool{}}
	if env.Rewriting != nil {
		l.refs = findings.NewMappedNamespaces(env)
	}
	return l
}

// count counts an item, of whose copies the plain one speaks for all.
func (l *ledger) count(key layout.ItemKey, kept bool) {
	if key.VersionDir != "" {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if kept {
		l.written++
	}
	if kept && key.Resource == layout.StorageClasses {
		l.classes[layout.Address{Resource: key.Resource, Name: strings.Clone(key.Name)}] = true
	}
	l.fate(key, kept)
}

// see takes an item at its end.
func (l *ledger) see(it *pipeline.Item) {
	if l.refs != nil {
		stale := l.refs.Stale(it)
		l.mu.Lock()
		l.refs.Tell(it, stale)
		l.mu.Unlock()
	}
	told := len(it.Report.Notices)+len(it.Report.Warnings)+len(it.Report.Errors) > 0
	if told || len(it.Modified.Result.Errors) > 0 {
		secret := new(redaction.Redactor).Of(it.Key.Resource, it.Original(), it.Object)
		it.Modified.Result = secret.Modified(it.Modified.Result)
		_ = secret.Item(&it.Report) // it fails for want of a key only, and there is none
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ids.See(it)
	l.rows.See(it)
	if it.Modified.Tried && l.env.Modifiers.MayMatch(it.Key.Resource) {
		l.tally.Add(it.Key.Address, it.Modified.Result)
	}
	if told {
		l.keep(it.Key, it.Report)
	}
}

// fail takes an item that is left out because it fails.
func (l *ledger) fail(key layout.ItemKey, id string, err error) {
	l.tellFailure(key, id, err, nil)
}

// failed takes an item that a stage fails. What a plugin says of a Secret may hold its values.
func (l *ledger) failed(it *pipeline.Item, f *pipeline.Failure) {
	l.tellFailure(it.Key, f.ID, f.Err, new(redaction.Redactor).Of(it.Key.Resource, it.Original(), it.Object))
}

func (l *ledger) tellFailure(key layout.ItemKey, id string, err error, secret *redaction.Secret) {
	i := report.Item{Resource: key.Resource, OriginalNamespace: key.Namespace, OriginalName: key.Name, Name: key.Name}
	i.Fail(id, "", err)
	_ = secret.Item(&i) // it fails for want of a key only, and there is none
	l.mu.Lock()
	defer l.mu.Unlock()
	l.keep(key, i)
}

func (l *ledger) keep(key layout.ItemKey, i report.Item) {
	if key.VersionDir == "" {
		i.Shorten()
		l.found = append(l.found, i)
	}
}

// tell tells the sink of the items with findings, sorted, and counts them.
func (l *ledger) tell(s *report.Summary, sink report.Sink) error {
	slices.SortFunc(l.found, func(a, b report.Item) int { return original(&a).Compare(original(&b)) })
	for n := range l.found {
		i := &l.found[n]
		i.Warnings = slices.DeleteFunc(i.Warnings, func(f report.Finding) bool { return l.classes[f.Unless] })
		if len(i.Notices)+len(i.Warnings)+len(i.Errors) == 0 {
			continue
		}
		s.Notices += len(i.Notices)
		s.Warnings += len(i.Warnings)
		s.Errors += len(i.Errors)
		s.Outcomes[i.Outcome]++
		if err := sink.Item(i); err != nil {
			return err
		}
	}
	s.Items = l.written
	return nil
}

func original(i *report.Item) layout.Address {
	return layout.Address{Resource: i.Resource, Namespace: i.OriginalNamespace, Name: i.OriginalName}
}

// conclude adds what only all items together can tell.
func (l *ledger) conclude(s *report.Summary) {
	l.ids.Conclude(s)
	l.rows.Conclude(s)
	if l.refs != nil {
		l.refs.Conclude(s)
	}
	restore.ConcludeModifiers(s, l.tally, true)
}
