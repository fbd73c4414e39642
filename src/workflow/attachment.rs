//! Files that hang on a consultation or a consent, and the C-RIC that comes as a file (XC-21, OC-11).

use super::Service;
use super::command::{Command, Gathered};
use super::consultation::c_ric::{CRicFacts, Form};
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use aws_lc_rs::digest;
use chrono::NaiveDate;
use domain::access::Action;
use domain::attachment::{File, MediaType, decide};
use domain::event::{Event, Subject};
use domain::people::PeopleEvent;
use domain::refusal::Findings;
use entity::{attachment, child, consent, consultation};
use serde::Serialize;
use uuid::Uuid;

/// A file as somebody sends it.
#[derive(Clone, Debug, Serialize)]
pub struct NewFile {
    name: String,
    content_type: String,
    sha256: String,
    /// The hash stands for it where requests are compared.
    #[serde(skip)]
    content: Vec<u8>,
}

impl NewFile {
    /// A file with its name and type as sent.
    pub fn new(name: String, content_type: String, content: Vec<u8>) -> Self {
        let hash = digest::digest(&digest::SHA256, &content);
        let sha256 = hash.as_ref().iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let sha256 = sha256.filter_map(|digit| char::from_digit(digit.into(), 16)).collect();
        Self { name, content_type, sha256, content }
    }

    fn decide(&self, most_megabytes: u32) -> Findings {
        let media_type = MediaType::parse(&self.content_type);
        decide(&File { name: &self.name, media_type, content: &self.content, most_megabytes })
    }

    /// Keeps the file where it hangs; answers its id.
    async fn keep(&self, work: &mut Work<'_>, place: Place) -> Result<Uuid, Fault> {
        let unexpected = || Fault::Unexpected("a file was taken that the rules refuse");
        let row = attachment::Model {
            id: work.op.id(),
            authority_id: place.authority,
            child_id: place.child,
            consultation_id: place.consultation,
            consent_id: place.consent,
            file_name: self.name.clone(),
            media_type: MediaType::parse(&self.content_type).ok_or_else(unexpected)?.as_str().to_owned(),
            size_bytes: i32::try_from(self.content.len()).map_err(|_| unexpected())?,
            sha256: self.sha256.clone(),
            uploaded_by: work.op.actor().ok_or_else(unexpected)?,
            uploaded_at: work.op.now,
            erased_at: None,
        };
        let subject = Subject {
            authority: place.authority,
            kind: "Attachment",
            id: row.id,
            child: Some(place.child),
            school: place.school,
            case: place.consultation,
            part: None,
        };
        let id = row.id;
        work.keep_file(row, self.content.clone()).await?;
        work.record(subject, Event::People(PeopleEvent::FileAttached));
        Ok(id)
    }
}

/// Where a file hangs.
#[derive(Clone, Copy)]
struct Place {
    authority: Uuid,
    child: Uuid,
    school: Option<Uuid>,
    consultation: Option<Uuid>,
    consent: Option<Uuid>,
}

/// What a file hangs on.
#[derive(Clone, Copy, Debug, Serialize)]
pub enum HangsOn {
    /// A consultation.
    Consultation(Uuid),
    /// A consent.
    Consent(Uuid),
}

/// Attach a file.
#[derive(Clone, Debug, Serialize)]
pub struct AttachFile {
    /// To what.
    pub to: HangsOn,
    /// The file.
    pub file: NewFile,
}

/// What attaching rests on.
pub struct AttachFacts {
    place: Place,
    most_megabytes: u32,
}

impl AttachFile {
    /// The place, if the viewer sees what the file is to hang on; its child is locked first.
    async fn place(&self, work: &Work<'_>) -> Result<Option<(Place, child::Model)>, Fault> {
        let system = System::within(work);
        let child = match self.to {
            HangsOn::Consultation(id) => {
                system.get::<consultation::Entity>(id).await?.map(|row| row.child_id)
            }
            HangsOn::Consent(id) => system.get::<consent::Entity>(id).await?.map(|row| row.child_id),
        };
        let Some(child) = child else { return Ok(None) };
        let Some(child) = system.lock::<child::Entity>(child).await? else { return Ok(None) };
        let seen = match self.to {
            HangsOn::Consultation(id) => {
                work.find::<consultation::Entity>(id).await?.map(|row| row.authority_id)
            }
            HangsOn::Consent(id) => work.find::<consent::Entity>(id).await?.map(|row| row.authority_id),
        };
        let (consultation, consent) = match self.to {
            HangsOn::Consultation(id) => (Some(id), None),
            HangsOn::Consent(id) => (None, Some(id)),
        };
        let place = |authority| Place { authority, child: child.id, school: None, consultation, consent };
        Ok(seen.filter(|_| child.erased_at.is_none()).map(place).map(|place| (place, child)))
    }
}

impl Command for AttachFile {
    const ACTION: Action = Action::AttachFile;
    type Facts = AttachFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<AttachFacts>, Fault> {
        let Some((place, child)) = self.place(work).await? else {
            return Ok(Gathered::NotFound(vec![match self.to {
                HangsOn::Consultation(_) => "consultation",
                HangsOn::Consent(_) => "consent",
            }]));
        };
        let system = System::within(work);
        let mut standing = system.standing(&child).await?;
        standing.authority = place.authority;
        let policy = system.policy(place.authority).await?;
        let place = Place { school: standing.school, ..place };
        let facts = AttachFacts { place, most_megabytes: policy.figures.attachment_megabytes };
        Ok(Gathered::Found { facts, standing, target: None })
    }

    fn decide(&self, _: &Op, facts: &AttachFacts) -> (Findings, ()) {
        (self.file.decide(facts.most_megabytes), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: AttachFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        self.file.keep(work, facts.place).await
    }
}

/// Send in the C-RIC of a child as a file: it counts from its upload (OC-11). Answers the id of the file.
#[derive(Clone, Debug, Serialize)]
pub struct UploadCRic {
    /// The child.
    pub child: Uuid,
    /// The parent or carer who signed; none where the young person did.
    pub given_by: Option<Uuid>,
    /// When it was signed (London date).
    pub signed_on: NaiveDate,
    /// The signed form.
    pub file: NewFile,
}

/// What an upload rests on.
pub struct UploadFacts {
    c_ric: CRicFacts,
    most_megabytes: u32,
}

impl Command for UploadCRic {
    const ACTION: Action = Action::AttachFile;
    type Facts = UploadFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<UploadFacts>, Fault> {
        let Some(child) = work.find::<child::Entity>(self.child).await? else {
            return Ok(Gathered::NotFound(vec!["child"]));
        };
        let form = Form {
            given_by: self.given_by,
            signed_on: self.signed_on,
            received_at: work.op.now,
            holder: "attached to the consent",
        };
        let (c_ric, standing) = CRicFacts::gather(work, child, form).await?;
        let policy = System::within(work).policy(standing.authority).await?;
        let facts = UploadFacts { c_ric, most_megabytes: policy.figures.attachment_megabytes };
        Ok(Gathered::Found { facts, standing, target: None })
    }

    fn decide(&self, _: &Op, facts: &UploadFacts) -> (Findings, ()) {
        let mut findings = self.file.decide(facts.most_megabytes);
        findings.extend(facts.c_ric.decide());
        (findings, ())
    }

    async fn apply(
        &self,
        service: &Service,
        work: &mut Work<'_>,
        facts: UploadFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let consent = facts.c_ric.receive(service, work).await?;
        let place = Place {
            authority: facts.c_ric.authority(),
            child: self.child,
            school: facts.c_ric.school(),
            consultation: None,
            consent: Some(consent),
        };
        self.file.keep(work, place).await
    }
}
