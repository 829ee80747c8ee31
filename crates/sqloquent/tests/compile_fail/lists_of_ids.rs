use sqloquent::{IdList, prelude::*};

#[derive(Model, Clone, Debug)]
pub struct Step {
    #[model(id)]
    pub id: i64,
    pub name: String,
    pub step_ids: IdList<i64>,
    pub label_ids: IdList<String>,
    #[model(contains(key = label_ids))]
    pub after: Related<Vec<Step>>,
}

fn main() {
    let _ = Step::query().filter(|s| s.name.has("a"));
    let _ = Step::query().filter(|s| s.step_ids.has("a"));
    let _ = Step::query().ancestors_of(1, None, |s| s.name);
}
