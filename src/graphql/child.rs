//! Children: who they are, and, for those who do casework, where they stand.

use super::assessment::EhcAssessment;
use super::authority::Authority;
use super::case::{Attachment, ConsultationConnection};
use super::connection::Listed;
use super::context::{op, viewer};
use super::event::EventConnection;
use super::id::{Kind, encode};
use super::input::{ConsultationFilter, ConsultationOrder};
use super::list::cases::{AccessLog, History, HistoryOf};
use super::list::locality::{ItemsOf, LocalityItems};
use super::list::{self, short};
use super::loader::{all_under, by_id, casework};
use super::locality::LocalityItemConnection;
use super::pathway::Pathway;
use super::people::{NamedStaff, ParentCarer, Person};
use super::response::GraduatedResponse;
use super::scalar::{Date, DateTime, Upn};
use super::school::School;
use async_graphql::{Context, ID, Object, Result};
use domain::access::Role;
use domain::child::{Gender, Need, SenStatus, VulnerabilityKind};
use domain::consent::Purpose;
use domain::event::EventKind;
use domain::year_group::YearGroup;
use entity::{
    access_audit, authority, child, consent, holding, parent_carer, person, school, transfer_request,
    vulnerability,
};

/// A child or young person.
pub struct Child(child::Model);

impl From<child::Model> for Child {
    fn from(row: child::Model) -> Self {
        Self(row)
    }
}

/// A vulnerability flag, with dates.
pub struct Vulnerability(vulnerability::Model);

impl From<vulnerability::Model> for Vulnerability {
    fn from(row: vulnerability::Model) -> Self {
        Self(row)
    }
}

/// A vulnerability flag, with dates (XC-11).
#[Object]
impl Vulnerability {
    /// Opaque id, for `endVulnerability`.
    pub async fn id(&self) -> ID {
        encode(Kind::Vulnerability, self.0.id)
    }

    /// Which.
    async fn kind(&self) -> VulnerabilityKind {
        self.0.kind
    }

    /// First London date.
    #[graphql(name = "from")]
    async fn from_date(&self) -> Date {
        Date(self.0.from_date)
    }

    /// Last London date, if it ended.
    #[graphql(name = "to")]
    async fn to_date(&self) -> Option<Date> {
        self.0.to_date.map(Date)
    }
}

/// Where a child stands in the SEN system. Part of the casework: an administrator does not see it.
pub struct SenProfile(child::Model);

/// Where a child stands in the SEN system (XC-11).
#[Object]
impl SenProfile {
    /// SEN status.
    async fn status(&self) -> SenStatus {
        self.0.sen_status
    }

    /// Primary need.
    async fn primary_need(&self) -> Option<Need> {
        self.0.primary_need
    }

    /// Further needs.
    async fn further_needs(&self) -> Result<Vec<Need>> {
        Ok(serde_json::from_value(self.0.further_needs.clone())?)
    }

    /// Vulnerability flags, with dates.
    async fn vulnerabilities(&self, ctx: &Context<'_>) -> Result<Vec<Vulnerability>> {
        let flags = all_under(ctx, self.0.id, short::Vulnerabilities).await?;
        Ok(flags.into_iter().map(Vulnerability::from).collect())
    }
}

/// A child or young person.
#[Object]
impl Child {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::Child, self.0.id)
    }

    /// Unique pupil number.
    async fn upn(&self) -> Result<Option<Upn>> {
        let upn = self.0.upn.as_deref().map(domain::upn::Upn::parse).transpose()?;
        Ok(upn.map(Upn))
    }

    /// Whether the UPN is a temporary one.
    async fn upn_is_temporary(&self) -> bool {
        self.0.upn_temporary
    }

    /// Given name.
    async fn given_name(&self) -> &str {
        &self.0.given_name
    }

    /// Family name.
    async fn family_name(&self) -> &str {
        &self.0.family_name
    }

    /// The name they go by, where it is another one.
    async fn known_as(&self) -> Option<&str> {
        self.0.known_as.as_deref()
    }

    /// Birth date.
    async fn date_of_birth(&self) -> Date {
        Date(self.0.date_of_birth)
    }

    /// Gender as recorded.
    async fn gender(&self) -> Gender {
        self.0.gender
    }

    /// Year group today, `R` or `Y6`: derived from the birth date unless the child is taught out of cohort.
    async fn year_group(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let derived = YearGroup::derive(self.0.date_of_birth, op(ctx)?.today());
        let given = self.0.year_group_override.and_then(|number| YearGroup::try_from(number).ok());
        Ok(given.or(derived).map(|year| year.to_string()))
    }

    /// Whether the year group is given rather than derived.
    async fn taught_out_of_cohort(&self) -> bool {
        self.0.year_group_override.is_some()
    }

    /// The school that holds the child.
    async fn school(&self, ctx: &Context<'_>) -> Result<Option<School>> {
        match self.holding(ctx).await? {
            Some(held) => Ok(by_id::<school::Entity>(ctx, held.school_id).await?.map(School::from)),
            None => Ok(None),
        }
    }

    /// The authority that holds the child.
    async fn authority(&self, ctx: &Context<'_>) -> Result<Option<Authority>> {
        match self.holding(ctx).await? {
            Some(held) => Ok(by_id::<authority::Entity>(ctx, held.authority_id).await?.map(Authority::from)),
            None => Ok(None),
        }
    }

    /// Where the child stands in the SEN system; nothing for those who see identity only.
    async fn sen(&self, ctx: &Context<'_>) -> Result<Option<SenProfile>> {
        let viewer = viewer(ctx)?;
        if !viewer.holds(Role::AuthorityAdmin) {
            return Ok(Some(SenProfile(self.0.clone())));
        }
        Ok(casework(ctx, self.0.id).await?.map(SenProfile))
    }

    /// Parents and carers.
    async fn parents(&self, ctx: &Context<'_>) -> Result<Vec<ParentCarer>> {
        Ok(all_under(ctx, self.0.id, short::Parents).await?.into_iter().map(ParentCarer::from).collect())
    }

    /// Teachers and teaching assistants named for the child.
    async fn named_staff(&self, ctx: &Context<'_>) -> Result<Vec<NamedStaff>> {
        Ok(all_under(ctx, self.0.id, short::NamedStaff).await?.into_iter().map(NamedStaff::from).collect())
    }

    /// Consents, withdrawn ones included.
    async fn consents(&self, ctx: &Context<'_>) -> Result<Vec<Consent>> {
        Ok(all_under(ctx, self.0.id, short::Consents).await?.into_iter().map(Consent::from).collect())
    }

    /// The sheet on which parents consent to a discussion in the locality group, as an accessible HTML page to print and sign: to
    /// staff of the school that holds the child, where that is in a locality (LG-3).
    #[graphql(complexity = 50)]
    async fn locality_consent_sheet(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        super::locality_minutes::consent_sheet(ctx, &self.0).await
    }

    /// Consultations, by start.
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn consultations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
        #[graphql(desc = "Which consultations.")] filter: Option<ConsultationFilter>,
        #[graphql(desc = "In which order; by start without it.")] order_by: Option<ConsultationOrder>,
    ) -> Result<ConsultationConnection> {
        let under = Some(list::CaseParent::Child);
        let consultations = filter.unwrap_or_default().list(under, order_by)?;
        Ok(ConsultationConnection(Listed::under(ctx, self.0.id, consultations, first, after).await?))
    }

    /// EHC needs assessments, oldest first.
    async fn ehc_assessments(&self, ctx: &Context<'_>) -> Result<Vec<EhcAssessment>> {
        let found = all_under(ctx, self.0.id, short::AssessmentsOfChild).await?;
        Ok(found.into_iter().map(EhcAssessment::from).collect())
    }

    /// The graduated response: what the school saw, assessed, planned and asked; nothing for those who see identity only.
    async fn graduated_response(&self) -> GraduatedResponse {
        GraduatedResponse::of(self.0.id)
    }

    /// The items of locality groups about the child, in the order in which they were brought: to those who may know that they
    /// are (LG-11).
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn locality_items(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
    ) -> Result<LocalityItemConnection> {
        let items = LocalityItems { of: ItemsOf::Child };
        Ok(LocalityItemConnection(Listed::under(ctx, self.0.id, items, first, after).await?))
    }

    /// Where the child stands on the path of the graduated response, and what is missing (GR-14); nothing for those who do
    /// not see the casework.
    async fn pathway(&self, ctx: &Context<'_>) -> Result<Option<Pathway>> {
        super::pathway::of(ctx, self.0.id).await
    }

    /// What happened, oldest first, as far as the viewer sees it.
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
        #[graphql(desc = "Only these kinds.")] kinds: Option<Vec<EventKind>>,
    ) -> Result<EventConnection> {
        let history = History { of: HistoryOf::Child, kinds: kinds.unwrap_or_default() };
        Ok(EventConnection(Listed::under(ctx, self.0.id, history, first, after).await?))
    }

    /// Who read the record, newest first; for the administrator (XC-10).
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn access_log(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
    ) -> Result<AccessConnection> {
        Ok(AccessConnection(Listed::under(ctx, self.0.id, AccessLog, first, after).await?))
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

impl Child {
    async fn holding(&self, ctx: &Context<'_>) -> Result<Option<holding::Model>> {
        Ok(all_under(ctx, self.0.id, short::CurrentHolding).await?.pop())
    }
}

super::connection::connection!(ChildConnection, ChildEdge, Child, crate::store::list::Children);

/// Consent for a child and a purpose.
pub struct Consent(consent::Model);

impl From<consent::Model> for Consent {
    fn from(row: consent::Model) -> Self {
        Self(row)
    }
}

/// Consent for a child and a purpose (XC-7).
#[Object]
impl Consent {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::Consent, self.0.id)
    }

    /// What it is for.
    async fn purpose(&self) -> Purpose {
        self.0.purpose
    }

    /// The child, if the viewer sees them.
    async fn child(&self, ctx: &Context<'_>) -> Result<Option<Child>> {
        Ok(by_id::<child::Entity>(ctx, self.0.child_id).await?.map(Child))
    }

    /// The parent or carer who gave it; none where the young person did, or where the viewer does not see them.
    async fn given_by(&self, ctx: &Context<'_>) -> Result<Option<ParentCarer>> {
        match self.0.parent_carer_id {
            Some(id) => Ok(by_id::<parent_carer::Entity>(ctx, id).await?.map(ParentCarer::from)),
            None => Ok(None),
        }
    }

    /// When it was signed.
    async fn signed_on(&self) -> Date {
        Date(self.0.signed_on)
    }

    /// When the form arrived (UTC).
    async fn received_at(&self) -> Option<DateTime> {
        self.0.received_at.map(DateTime)
    }

    /// Who holds the form.
    async fn holder(&self) -> &str {
        &self.0.holder
    }

    /// Whether it says that the locality group and its EPs were explained (LG-3).
    async fn group_explained(&self) -> bool {
        self.0.group_explained
    }

    /// Whether it is in force now: from signature, or from receipt for the C-RIC, until withdrawn.
    async fn in_force(&self, ctx: &Context<'_>) -> Result<bool> {
        let begun = match self.0.purpose {
            Purpose::OnlineConsultation => {
                self.0.received_at.is_some_and(|at| op(ctx).is_ok_and(|op| at <= op.now))
            }
            _ => self.0.signed_on <= op(ctx)?.today(),
        };
        Ok(begun && self.0.withdrawn_at.is_none())
    }

    /// When it was withdrawn (UTC).
    async fn withdrawn_at(&self) -> Option<DateTime> {
        self.0.withdrawn_at.map(DateTime)
    }

    /// Files that hang on it.
    async fn attachments(&self, ctx: &Context<'_>) -> Result<Vec<Attachment>> {
        let files = all_under(ctx, self.0.id, short::AttachmentsOfConsent).await?;
        Ok(files.into_iter().map(Attachment::from).collect())
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// A school asks to take over a child whom another school holds.
pub struct TransferRequest(transfer_request::Model);

impl From<transfer_request::Model> for TransferRequest {
    fn from(row: transfer_request::Model) -> Self {
        Self(row)
    }
}

/// A school asks to take over a child whom another school holds (XC-14). The school that asks learns neither which
/// school that is nor anything of the child.
#[Object]
impl TransferRequest {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::TransferRequest, self.0.id)
    }

    /// The school that asks, if the viewer sees it.
    async fn to_school(&self, ctx: &Context<'_>) -> Result<Option<School>> {
        Ok(by_id::<school::Entity>(ctx, self.0.to_school_id).await?.map(School::from))
    }

    /// The child, for those who see the child already.
    async fn child(&self, ctx: &Context<'_>) -> Result<Option<Child>> {
        Ok(by_id::<child::Entity>(ctx, self.0.child_id).await?.map(Child))
    }

    /// When it was asked (UTC).
    async fn requested_at(&self) -> DateTime {
        DateTime(self.0.requested_at)
    }

    /// When it was answered (UTC).
    async fn answered_at(&self) -> Option<DateTime> {
        self.0.answered_at.map(DateTime)
    }

    /// Whether the child moves, once it is answered.
    async fn accepted(&self) -> Option<bool> {
        self.0.accepted
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

super::connection::connection!(
    TransferRequestConnection,
    TransferRequestEdge,
    TransferRequest,
    crate::store::list::cases::TransferRequests
);

/// One reading of a child's record.
pub struct Access(access_audit::Model);

impl From<access_audit::Model> for Access {
    fn from(row: access_audit::Model) -> Self {
        Self(row)
    }
}

/// One reading of a child's record (XC-10).
#[Object]
impl Access {
    /// Who read it, if the viewer sees them.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        Ok(by_id::<person::Entity>(ctx, self.0.person_id).await?.map(Person::from))
    }

    /// When (UTC).
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    /// What was asked, by its name and the fields that it started from.
    async fn operation(&self) -> &str {
        &self.0.operation
    }
}

super::connection::connection!(AccessConnection, AccessEdge, Access, crate::store::list::cases::AccessLog);
