package report

// Foretold is what comes of a restore as a whole: what a person wants to know first, and what there is to do.
type Foretold struct {
	Verdict string `json:"verdict"` // one sentence
	Data    Data   `json:"data"`
	Needs   []Need `json:"needs,omitempty"`
	Hooks   []Hook `json:"hooks,omitempty"`
	Ending  Ending `json:"ending,omitzero"`
	Stays   Stays  `json:"references,omitzero"` // to namespaces that get another name
	Before  []Task `json:"before,omitempty"`    // to do before the restore, in order
	After   []Task `json:"after,omitempty"`     // to do after it, in order
}

// Fate is what becomes of the data of a volume.
type Fate string

// The fates, worst first.
const (
	DataLost    Fate = "lost"    // the backup has data, or the volume had some, and it comes back without
	DataOld     Fate = "old"     // it is there only if the target can attach the old volume
	DataUnknown Fate = "unknown" // nothing says how the volume was saved, or whether the target makes one
	DataKept    Fate = "kept"    // the target has the volume, and what is in it stays
	DataNone    Fate = "none"    // it never had any
	DataBack    Fate = "back"    // it comes back with its data
)

// Data counts the volumes of a restore by what becomes of their data.
type Data struct {
	Volumes int            `json:"volumes"`
	Fates   map[Fate]int   `json:"fates,omitempty"`
	Bytes   map[Fate]int64 `json:"bytes,omitempty"`   // of the volumes whose size is known
	Unsized map[Fate]int   `json:"unsized,omitempty"` // volumes whose size is not known
}

// Count adds a volume that has a fate.
func (d *Data) Count(v *Volume) {
	if v.Fate == "" {
		return
	}
	if d.Fates == nil {
		d.Fates, d.Bytes, d.Unsized = map[Fate]int{}, map[Fate]int64{}, map[Fate]int{}
	}
	d.Volumes++
	d.Fates[v.Fate]++
	if v.Bytes == 0 {
		d.Unsized[v.Fate]++
		return
	}
	d.Bytes[v.Fate] += v.Bytes
}

// Need is something that restored items need, that the restore does not bring, and that the target is not known to have.
type Need struct {
	Resource  string   `json:"resource"` // "priorityclasses.scheduling.k8s.io"
	Namespace string   `json:"namespace,omitempty"`
	Name      string   `json:"name"`            // "*" for more of them than are listed
	Users     []string `json:"users"`           // addresses of all items that need it, sorted
	Missing   bool     `json:"missing"`         // the target is described, and lacks it; else it was not looked up
	Effect    string   `json:"effect"`          // what happens without it, in a few words
	InBackup  bool     `json:"inBackup"`        // the backup has it, but the restore excludes it
	Bring     string   `json:"bring,omitempty"` // which filter or flag would bring it
}

// HookFate says whether a hook will run.
type HookFate string

// The fates of hooks.
const (
	HookRuns    HookFate = "runs"    // once its pod and container run
	HookNever   HookFate = "never"   // Velero never runs it
	HookBlocks  HookFate = "blocks"  // Velero waits for it, and the restore never ends
	HookFails   HookFate = "fails"   // it cannot be run, and Velero counts an error
	HookUnknown HookFate = "unknown" // it depends on what only the cluster knows
)

// Hook is a hook of the Restore or of a pod's annotations, for one pod, or for none if nothing matches it.
type Hook struct {
	Name        string   `json:"name"`           // in the Restore, or "annotation"
	Type        string   `json:"type"`           // exec or init
	Source      string   `json:"source"`         // restore or annotation
	Pod         string   `json:"pod,omitempty"`  // namespace/name in the target
	From        string   `json:"from,omitempty"` // the pod's address in the backup
	Container   string   `json:"container,omitempty"`
	Command     []string `json:"command,omitempty"`
	OnError     string   `json:"onError,omitempty"`
	ExecTimeout string   `json:"execTimeout,omitempty"` // as Velero takes it, "30s"
	WaitTimeout string   `json:"waitTimeout,omitempty"` // "0s" is forever
	Fate        HookFate `json:"fate"`
	Why         string   `json:"why,omitempty"`  // of every fate but runs
	More        int      `json:"more,omitempty"` // further pods with this hook and fate, which are not listed
}

// Ending is how Velero's own restore ends, as far as the backup and the described target tell.
type Ending struct {
	Phase    string   `json:"phase"`              // Completed, PartiallyFailed or Failed
	Never    string   `json:"never,omitempty"`    // why the restore never ends
	Errors   []Result `json:"errors,omitempty"`   // of Velero's results, by sort
	Warnings []Result `json:"warnings,omitempty"` // of Velero's results, by sort
}

// Result counts lines of one sort in the results that Velero keeps of a restore.
type Result struct {
	Sort   string         `json:"sort"` // the id of a finding, or "already-exists", ...
	Count  int            `json:"count"`
	Items  []string       `json:"items,omitempty"` // addresses in the backup, sorted
	Places map[string]int `json:"places"`          // lines by where they stand there: "velero", "cluster", or "namespaces/" and a namespace of the target
}

// Stays counts the references to mapped namespaces that nothing rewrites.
type Stays struct {
	Certain int    `json:"certain"`
	Likely  int    `json:"likely"`
	Items   int    `json:"items"` // that have any
	First   []Stay `json:"first"` // some of the items, those with certain references first
}

// Stay is an item with references that stay.
type Stay struct {
	Item    string `json:"item"` // its address in the backup
	Certain int    `json:"certain"`
	Likely  int    `json:"likely"`
	Path    string `json:"path"`           // of the first certain one, else of the first
	Text    string `json:"text,omitempty"` // what stands there; "" in a Secret
	Names   string `json:"refersTo"`       // the namespace, as the backup calls it
	To      string `json:"to"`             // what it is called in the target
}

// Task is a step for hands.
type Task struct {
	Finding string `json:"finding,omitempty"` // the id of what it is for
	Text    string `json:"text"`              // what to do, without a full stop
	Command string `json:"command,omitempty"` // what does it, to be copied whole
}

// Told is what the report foretells, made when it is first asked for.
func (s *Summary) Told() *Foretold {
	if s.Foretold == nil {
		s.Foretold = &Foretold{}
	}
	return s.Foretold
}
