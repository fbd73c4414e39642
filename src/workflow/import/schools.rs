//! Schools by their URN, and the authorities that they lie in.

use super::{Counts, Refused, Service, urns};
use crate::import::schools::SchoolRow;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::locality::family::schools_closed_or_opened;
use crate::workflow::locality::invitations;
use crate::workflow::planning::plan::{schools_closed, schools_opened};
use entity::{authority, school};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Writes the schools, those of one authority or all. Authorities that are not known are set up.
pub(super) async fn take_over(
    service: &Service,
    work: &mut Work<'_>,
    mut rows: Vec<SchoolRow>,
    only: Option<&str>,
) -> Result<Counts, Refused> {
    let all = rows.len();
    rows.retain(|row| only.is_none_or(|code| code == row.authority_code));
    let mut counts = Counts { skipped: all - rows.len(), ..Counts::default() };
    let (authorities, mut touched) = authorities(work, &rows).await?;
    let known = System::within(work).schools_by_urn(&urns(rows.iter().map(|row| row.urn))).await?;
    let (mut written, mut changed) = (Vec::new(), BTreeSet::new());
    let (mut closed, mut opened, mut left) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        let authority =
            authorities.get(&row.authority_code).ok_or(Fault::Unexpected("an authority was not set up"))?;
        let before = i32::try_from(row.urn).ok().and_then(|urn| known.get(&urn));
        let after = school(row, authority.id, before, work.op.id());
        match before {
            Some(before) if *before == after => counts.unchanged += 1,
            Some(before) => {
                counts.changed += 1;
                match (before.status.is_open(), after.status.is_open()) {
                    (true, false) => closed.push(after.id),
                    (false, true) => opened.push(after.id),
                    _ => {}
                }
                if before.authority_id != after.authority_id {
                    left.push(after.id);
                }
                changed.insert(after.id);
                touched.extend([before.authority_id, after.authority_id]);
                written.push(after);
            }
            None => {
                counts.added += 1;
                touched.insert(after.authority_id);
                written.push(after);
            }
        }
    }
    System::within(work).lock_schools(&touched, &changed).await?;
    let of_families: Vec<_> = closed.iter().chain(&opened).chain(&left).copied().collect();
    System::within(work).lock_localities_of(&of_families).await?;
    work.upsert_schools(written).await?;
    invitations::leave(service, work, &left).await?;
    schools_closed(service, work, &closed).await?;
    schools_opened(work, &opened).await?;
    closed.extend(opened);
    schools_closed_or_opened(work, &closed).await?;
    for authority in touched {
        work.record_school_change(authority);
    }
    Ok(counts)
}

/// The authorities of the rows, by code: the file's name for each holds. Those that changed are named.
async fn authorities(
    work: &Work<'_>,
    rows: &[SchoolRow],
) -> Result<(HashMap<String, authority::Model>, BTreeSet<Uuid>), Fault> {
    let mut known = System::within(work).authorities(false).await?;
    let mut touched = BTreeSet::new();
    let named: HashMap<&str, &str> =
        rows.iter().map(|row| (row.authority_code.as_str(), row.authority_name.as_str())).collect();
    for (code, name) in named {
        match known.get_mut(code) {
            Some(authority) if authority.name == name => {}
            Some(authority) => {
                name.clone_into(&mut authority.name);
                touched.insert(authority.id);
                work.overwrite::<authority::Entity>(authority.clone()).await?;
            }
            None => {
                let authority = work.insert_authority(code, name).await?;
                touched.insert(authority.id);
                known.insert(code.to_owned(), authority);
            }
        }
    }
    Ok((known, touched))
}

/// The school as the row has it, with the key that it had, and its locality while it stays in the authority whose that is.
fn school(row: SchoolRow, authority: Uuid, before: Option<&school::Model>, fresh: Uuid) -> school::Model {
    let number = |value: u32| i32::try_from(value).ok();
    school::Model {
        id: before.map_or(fresh, |before| before.id),
        urn: number(row.urn).unwrap_or_default(),
        authority_id: authority,
        locality_id: before
            .filter(|known| known.authority_id == authority)
            .and_then(|known| known.locality_id),
        establishment_number: row.establishment_number,
        name: row.name,
        status: row.status,
        phase: row.phase,
        statutory_low_age: row.statutory_low_age.map(i32::from),
        statutory_high_age: row.statutory_high_age.map(i32::from),
        pupils: row.pupils.and_then(number),
        town: row.town,
        postcode: row.postcode,
        opened_on: row.opened_on,
        closed_on: row.closed_on,
    }
}
