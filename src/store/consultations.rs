//! Writes that belong to consultations alone.

use super::Fault;
use super::read::Reader;
use super::work::Work;
use domain::consultation::booking::Attendee;
use domain::consultation::meeting::ImmediateAction;
use domain::consultation::record::Content;
use entity::{
    attendee, consultation, immediate_action, locality_item, locality_session, planning_meeting,
    record_of_involvement, school,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use uuid::Uuid;

impl Work<'_> {
    /// Writes who is invited, in place of whoever was.
    pub async fn set_attendees(&self, consultation: Uuid, attendees: &[Attendee]) -> Result<(), Fault> {
        attendee::Entity::delete_many()
            .filter(attendee::Column::ConsultationId.eq(consultation))
            .exec(&self.tx)
            .await?;
        let rows = (0..).zip(attendees).map(|(position, attendee)| attendee::Model {
            id: self.op.id(),
            consultation_id: consultation,
            kind: attendee.kind,
            name: attendee.name.clone(),
            role: attendee.role.clone(),
            email: attendee.email.clone(),
            position,
        });
        self.insert_all::<attendee::Entity>(rows.collect()).await
    }

    /// Writes the actions agreed.
    pub async fn set_immediate_actions(
        &self,
        consultation: Uuid,
        actions: &[ImmediateAction],
    ) -> Result<(), Fault> {
        immediate_action::Entity::delete_many()
            .filter(immediate_action::Column::ConsultationId.eq(consultation))
            .exec(&self.tx)
            .await?;
        let rows = (0..).zip(actions).map(|(position, action)| immediate_action::Model {
            id: self.op.id(),
            consultation_id: consultation,
            what: action.what.clone(),
            owner: action.owner.clone(),
            due_on: action.due_on,
            position,
        });
        self.insert_all::<immediate_action::Entity>(rows.collect()).await
    }

    /// Changes the draft of a Record of Involvement.
    pub async fn update_draft(
        &self,
        mut draft: record_of_involvement::Model,
        content: &Content,
    ) -> Result<(), Fault> {
        draft.content = serde_json::to_value(content)?;
        draft.drafted_at = self.op.now;
        self.save_record(draft).await
    }

    /// Writes a version of a Record of Involvement that is still a draft in the table: an issued one stays as it is.
    pub async fn save_record(&self, record: record_of_involvement::Model) -> Result<(), Fault> {
        use domain::consultation::record::RecordState;
        let id = record.id;
        let done = record_of_involvement::Entity::update_many()
            .set(record.into_active_model().reset_all())
            .filter(record_of_involvement::Column::Id.eq(id))
            .filter(record_of_involvement::Column::State.eq(RecordState::Draft))
            .exec(&self.tx)
            .await?;
        if done.rows_affected == 1 {
            Ok(())
        } else {
            Err(Fault::Unexpected("an issued record was to be changed"))
        }
    }
}

impl Reader<'_> {
    /// The consultation with this case reference, if the viewer sees it.
    pub async fn consultation_of_reference(
        &self,
        reference: &str,
    ) -> Result<Option<consultation::Model>, Fault> {
        self.one_where::<consultation::Entity>(consultation::Column::Reference.eq(reference)).await
    }

    /// The planning meeting with this reference, if the viewer sees it.
    pub async fn meeting_of_reference(
        &self,
        reference: &str,
    ) -> Result<Option<planning_meeting::Model>, Fault> {
        self.one_where::<planning_meeting::Entity>(planning_meeting::Column::Reference.eq(reference)).await
    }

    /// The session of a locality group with this reference, if the viewer sees it.
    pub async fn session_of_reference(
        &self,
        reference: &str,
    ) -> Result<Option<locality_session::Model>, Fault> {
        self.one_where::<locality_session::Entity>(locality_session::Column::Reference.eq(reference)).await
    }

    /// The item of a locality group with this reference, if the viewer sees it.
    pub async fn locality_item_of_reference(
        &self,
        reference: &str,
    ) -> Result<Option<locality_item::Model>, Fault> {
        self.one_where::<locality_item::Entity>(locality_item::Column::Reference.eq(reference)).await
    }

    /// The school with this URN, if the viewer sees it.
    pub async fn school_of_urn(&self, urn: i32) -> Result<Option<school::Model>, Fault> {
        self.one_where::<school::Entity>(school::Column::Urn.eq(urn)).await
    }
}
