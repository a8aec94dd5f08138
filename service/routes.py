"""HTTP in, HTTP out: the API of applications and configurations."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import WithJsonSchema

from service import rendering
from service.bodies import ApplicationBody, ConfigurationBody
from service.conditions import MalformedCondition, unchanged, wanted_versions
from service.models import Application, Applications, Configuration, Configurations
from service.openapi import IF_MATCH, body_of, created, errors, etagged
from service.problems import Problem
from service.repository import Applications as StoredApplications
from service.repository import Configurations as StoredConfigurations
from service.repository import Versions
from service.telemetry.operations import APPLICATION, APPLICATIONS, CONFIGURATION, CONFIGURATIONS

# The paths are whole here, not prefixed when included: the measurement reads the template from the route itself.
router = APIRouter()


def _applications(request: Request) -> StoredApplications:
    found: StoredApplications = request.app.state.applications
    return found


def _configurations(request: Request) -> StoredConfigurations:
    found: StoredConfigurations = request.app.state.configurations
    return found


def _if_match(if_match: Annotated[str | None, WithJsonSchema(IF_MATCH), Header()] = None) -> Versions:
    try:
        return wanted_versions(if_match)
    except MalformedCondition as error:
        raise Problem(400, f"If-Match {error}.") from error


InApplications = Annotated[StoredApplications, Depends(_applications)]
InConfigurations = Annotated[StoredConfigurations, Depends(_configurations)]
Allowed = Annotated[Versions, Depends(_if_match)]
Known = Annotated[str | None, WithJsonSchema({"type": "string"}), Header(alias="If-None-Match")]
Limit = Annotated[int, Query(ge=1, le=100)]
Offset = Annotated[int, Query(ge=0, le=2**31 - 1)]


@router.post(
    APPLICATIONS,
    status_code=201,
    responses=created(Application) | errors(408, 409, 413, 415),
    openapi_extra=body_of("ApplicationIn"),
)
async def create_application(body: ApplicationBody, applications: InApplications) -> Response:
    """Store a new application."""
    item = await applications.create(body.name, body.description)
    return rendering.resource(item, 201, f"{APPLICATIONS}/{item.id}")


@router.get(APPLICATIONS, response_model=Applications, responses=errors())
async def list_applications(applications: InApplications, limit: Limit = 20, offset: Offset = 0) -> Response:
    """List applications in order of name."""
    return rendering.page(*await applications.page(limit, offset), limit, offset)


@router.get(APPLICATION, responses=etagged(Application, 304) | errors(404))
async def read_application(application_id: UUID, applications: InApplications, known: Known = None) -> Response:
    """Read one application."""
    item = await applications.read(application_id)
    return rendering.unmodified(item) if unchanged(known, item.version) else rendering.resource(item)


@router.put(
    APPLICATION,
    responses=etagged(Application) | errors(400, 404, 408, 409, 412, 413, 415),
    openapi_extra=body_of("ApplicationIn"),
)
async def replace_application(
    application_id: UUID, body: ApplicationBody, applications: InApplications, allowed: Allowed
) -> Response:
    """Replace an application; with If-Match only in a version named there."""
    return rendering.resource(await applications.replace(application_id, body.name, body.description, allowed))


@router.delete(APPLICATION, status_code=204, responses=errors(400, 404, 412))
async def delete_application(application_id: UUID, applications: InApplications, allowed: Allowed) -> Response:
    """Delete an application and its configurations; with If-Match only in a version named there."""
    await applications.delete(application_id, allowed)
    return Response(status_code=204)


@router.post(
    CONFIGURATIONS,
    status_code=201,
    responses=created(Configuration) | errors(404, 408, 409, 413, 415),
    openapi_extra=body_of("ConfigurationIn"),
)
async def create_configuration(
    application_id: UUID, body: ConfigurationBody, configurations: InConfigurations
) -> Response:
    """Store a new configuration of an application."""
    item = await configurations.create(application_id, body[0].name, body[1])
    return rendering.resource(item, 201, f"{APPLICATIONS}/{application_id}/configurations/{item.id}")


@router.get(CONFIGURATIONS, response_model=Configurations, responses=errors(404))
async def list_configurations(
    application_id: UUID, configurations: InConfigurations, limit: Limit = 20, offset: Offset = 0
) -> Response:
    """List an application's configurations in order of name."""
    return rendering.page(*await configurations.page(application_id, limit, offset), limit, offset)


@router.get(CONFIGURATION, responses=etagged(Configuration, 304) | errors(404))
async def read_configuration(
    application_id: UUID, configuration_id: UUID, configurations: InConfigurations, known: Known = None
) -> Response:
    """Read one configuration."""
    item = await configurations.read(application_id, configuration_id)
    return rendering.unmodified(item) if unchanged(known, item.version) else rendering.resource(item)


@router.put(
    CONFIGURATION,
    responses=etagged(Configuration) | errors(400, 404, 408, 409, 412, 413, 415),
    openapi_extra=body_of("ConfigurationIn"),
)
async def replace_configuration(
    application_id: UUID,
    configuration_id: UUID,
    body: ConfigurationBody,
    configurations: InConfigurations,
    allowed: Allowed,
) -> Response:
    """Replace a configuration; with If-Match only in a version named there."""
    item = await configurations.replace(application_id, configuration_id, body[0].name, body[1], allowed)
    return rendering.resource(item)


@router.delete(CONFIGURATION, status_code=204, responses=errors(400, 404, 412))
async def delete_configuration(
    application_id: UUID, configuration_id: UUID, configurations: InConfigurations, allowed: Allowed
) -> Response:
    """Delete a configuration; with If-Match only in a version named there."""
    await configurations.delete(application_id, configuration_id, allowed)
    return Response(status_code=204)
